from __future__ import annotations

import json

import pytest

from processes import ran

IDS = ("arxiv:2611.00001", "arxiv:2611.00002")


@pytest.fixture
def listed() -> None:
    """Return after a listing of two papers, of which the first is the last one's row 1."""
    papers = [{"id": name, "title": f"A long invented title {name}"} for name in IDS]
    assert ran("import", "--no-tags", "-", stdin=json.dumps(papers)).exit_code == 0
    assert ran("list").exit_code == 0


def decided(word: str) -> list[str]:
    return ran("list", "--decision", word, "--format", "ids").stdout.split()


COMMANDS = [
    ("keep",),
    ("skip",),
    ("later",),
    ("undo",),
    ("label", "--topic", "ood"),
    ("show",),
    ("why",),
    ("why-not",),
    ("similar",),
    ("doctor", "--split"),
    ("topics", "add", "herons", "--like"),
]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("command", "line"),
    [*((words, "1") for words in COMMANDS), (("keep",), '{"id": "1"}'), (("keep",), "\ufeff1")],
)
def test_a_number_from_a_pipe_is_an_id_and_no_row(command: tuple[str, ...], line: str) -> None:
    result = ran(*command, "-", stdin=f"{line}\n")
    assert not any(name in result.stdout + result.stderr for name in IDS)
    assert "row" not in result.stderr
    assert ran("list", "--decision", "none", "--format", "ids").stdout.split() == [*IDS]


@pytest.mark.usefixtures("listed")
def test_a_number_that_is_typed_is_a_row() -> None:
    assert ran("keep", "02").exit_code == 0
    assert len(decided("keep")) == 1
    result = ran("keep", "9" * 5_000)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "no row 9" in result.stderr


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    "line", [IDS[0], f'{{"id": "{IDS[0]}v3"}}', "https://arxiv.org/abs/2611.00001"]
)
def test_an_id_from_a_pipe_is_read_as_one_that_is_typed(line: str) -> None:
    assert ran("keep", "-", stdin=f"\ufeff{line}\r\n").exit_code == 0
    assert decided("keep") == [IDS[0]]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("command", [("similar",), ("doctor", "--split")], ids=" ".join)
@pytest.mark.parametrize(("piped", "count"), [("", 0), ("\n".join(IDS), 2)])
def test_what_takes_one_paper_takes_one_from_a_pipe(
    command: tuple[str, ...], piped: str, count: int
) -> None:
    result = ran(*command, "-", stdin=piped)
    assert result.exit_code == 2
    assert f"expected one id on standard input, got {count}" in result.stderr
