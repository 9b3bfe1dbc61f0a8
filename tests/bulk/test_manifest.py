from __future__ import annotations

import json

import pytest

from corpora import run_in
from papertriage.bulk.manifest import read_manifest, write_manifest
from papertriage.errors import InputError


def entry(place, rows):
    return {"file": place, "rows": rows, "untitled": 0, "tagged": {}, "seconds": 1.5}


def test_entries_come_back_while_their_answers_are_there(tmp_path) -> None:
    (tmp_path / "b.parquet").touch()
    (tmp_path / "a.parquet").touch()
    run = run_in(tmp_path)
    entries = {f"{name}.parquet": entry(f"{name}.parquet", 2) for name in "bac"}
    write_manifest(run, entries)
    assert list(read_manifest(str(tmp_path))) == ["a.parquet", "b.parquet"]
    document = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert (document["rows"], document["model"]) == (4, run.model)
    assert sorted(one.name for one in tmp_path.iterdir() if one.suffix == ".tmp") == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"papertriage": 1, "files": [{}]}'])
def test_another_program_s_manifest_is_not_replaced(tmp_path, text) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="was not written by papertriage"):
        read_manifest(str(tmp_path))


def test_where_none_was_there_are_no_entries(tmp_path) -> None:
    assert read_manifest(str(tmp_path / "none")) == {}
