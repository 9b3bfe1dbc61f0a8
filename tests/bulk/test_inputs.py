from __future__ import annotations

import pytest

from papertriage.bulk.inputs import find_inputs
from papertriage.errors import InputError


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for name in (
        *("in/a.parquet", "in/2025/b.parquet", "in/2026/b.pq", "in/note.txt"),
        *("in/_old/c.parquet", "in/.hidden.parquet", "in/2025/_SUCCESS"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def places(*names, output="out"):
    return [one.place for one in find_inputs(names, output)]


def test_a_directory_is_its_tree_without_what_is_hidden(tree) -> None:
    assert places("in") == ["a.parquet", "2025/b.parquet", "2026/b.pq"]


def test_a_pattern_keeps_the_places_below_its_fixed_beginning(tree) -> None:
    assert places("in/20*/b.*") == ["2025/b.parquet", "2026/b.pq"]
    assert places(str(tree / "in" / "**" / "*.pq")) == ["2026/b.pq"]


def test_a_file_goes_under_its_own_name_and_counts_once(tree) -> None:
    assert places("in/2025/b.parquet", "./in/2025/b.parquet", "in/note.txt") == [
        "b.parquet",
        "note.txt",
    ]


def test_what_stands_in_the_output_is_no_input(tree) -> None:
    assert places("in", output="in/2025") == ["a.parquet", "2026/b.pq"]


def test_a_link_to_a_file_that_is_there_counts_once(tree) -> None:
    (tree / "in" / "link.parquet").symlink_to(tree / "in" / "a.parquet")
    assert len(places("in")) == 3


@pytest.mark.parametrize(
    ("names", "output", "fault"),
    [
        (("none",), "out", "none: no such file"),
        (("in/*.csv",), "out", "no Parquet files"),
        (("in/a.parquet",), "in", "would overwrite itself"),
    ],
)
def test_what_cannot_be_tagged_is_named(tree, names, output, fault) -> None:
    with pytest.raises(InputError, match=fault):
        find_inputs(names, output)


def test_two_files_never_share_a_place(tree) -> None:
    (tree / "in" / "2026" / "b.parquet").touch()
    with pytest.raises(InputError, match=r"would both be written to b\.parquet"):
        find_inputs(["in/2025/b.parquet", "in/2026/b.parquet"], "out")
