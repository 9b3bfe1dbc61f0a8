from __future__ import annotations

import json
from pathlib import Path

import pytest

from caches import cache_of
from processes import ran


@pytest.fixture
def herons(home: Path) -> Path:
    titles = ("Wading herons of the marsh", "Herons that wade in a marsh", "Prices of options")
    with cache_of(home / "cache.db", *titles):
        return home / "cache.db"


def test_similar_papers_are_listed_like_any_others(herons: Path) -> None:
    result = ran("similar", "2510.00001", "--json")
    titles = [paper["title"] for paper in json.loads(result.stdout)]
    assert titles[0] == "Herons that wade in a marsh"
    assert "Wading herons of the marsh" not in titles
    assert ran("similar", "2510.00001", "--format", "ids", "--limit", 1).stdout.count("\n") == 1


def test_a_row_number_names_the_paper(herons: Path) -> None:
    shown = ran("search", "wade")
    assert ran("similar", "1").exit_code == shown.exit_code == 0


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("similar", "9999.00001"), 2, "arxiv:9999.00001 is not in the cache"),
        (
            ("similar", "2510.00001", "--limit", 0),
            2,
            "invalid --limit 0: choose a number from 1 to 150",
        ),
        (
            ("similar", "2510.00001", "--author", "nobody", "--fail-if-empty"),
            4,
            "no similar papers",
        ),
    ],
)
def test_what_cannot_be_shown_is_one_line(
    herons: Path, words: tuple[object, ...], code: int, says: str
) -> None:
    result = ran(*words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
