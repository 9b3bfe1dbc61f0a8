from __future__ import annotations

import pytest

from papertriage import paths
from papertriage.formats import written


def test_a_content_is_ours_once_it_is_remembered(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"x")
    content = written.content_hash(file)
    assert not written.is_ours(content)
    written.remember(content)
    assert written.is_ours(content)
    assert (paths.data_dir() / "written").stat().st_mode & 0o777 == 0o600


def test_a_record_that_grows_large_is_renewed_and_the_last_one_kept(monkeypatch):
    monkeypatch.setattr(written, "_LARGEST", 100)
    for number in range(4):
        written.remember(f"{number:064d}")
    assert not written.is_ours(f"{9:064d}")
    assert all(written.is_ours(f"{number:064d}") for number in range(4))
    assert (paths.data_dir() / "written.old").exists()


def test_a_record_that_cannot_be_kept_stops_nothing(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PAPERTRIAGE_HOME", str(tmp_path / "file"))
    written.remember("0" * 64)
    assert not written.is_ours("0" * 64)


@pytest.mark.parametrize("content", ["", "0"])
def test_an_empty_record_knows_nothing(content):
    assert not written.is_ours(content)
