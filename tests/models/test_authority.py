from __future__ import annotations

from pathlib import Path

import pytest

from builders import make_paper
from papertriage.files import _form
from papertriage.files.reading import FORMS
from papertriage.models import Paper, Sighting
from papertriage.models.authority import (
    ARXIV,
    ARXIV_DAILY,
    RANKS,
    THIRD_PARTY,
    authority_of,
    authority_of_source,
)
from papertriage.sources.registry import source_names

DOCUMENT = Path(__file__).parents[2] / "docs" / "sources.md"


def seen(source: str, authority: int | None = None) -> Sighting:
    return Sighting(make_paper(), source, "a feed", "2026-12-01", authority=authority)


def test_the_table_has_every_source_and_form_of_file_once_and_nothing_else() -> None:
    named = [source for rank in RANKS for source in rank.sources]
    assert sorted(named) == sorted({*source_names(), *FORMS})
    assert set(_form._NAMES.values()) <= set(named)


def test_the_ranks_stand_from_the_highest_to_the_lowest() -> None:
    assert [rank.authority for rank in RANKS] == list(range(ARXIV, THIRD_PARTY - 1, -1))


def test_a_digit_is_enough_for_an_authority() -> None:
    # The cache keeps a digit for each field, and 0 for a field that nobody tells.
    assert 1 <= THIRD_PARTY < ARXIV <= 9
    assert len(Paper._fields) - 1 == 14


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        ("arxiv", "arxiv-daily"),
        ("arxiv-oai", "arxiv-mail"),
        ("arxiv-snapshot", "hugging-face"),
        ("arxiv-mail", "hugging-face"),
        ("trending-page", "jsonl"),
        ("hugging-face", "bibtex"),
        ("csv", "feeds"),
        ("feeds", "a source of others"),
    ],
)
def test_one_source_stands_above_another(higher: str, lower: str) -> None:
    assert authority_of(seen(higher)) > authority_of(seen(lower))


def test_a_source_that_the_table_does_not_have_is_the_lowest() -> None:
    assert authority_of_source("my-lab") == authority_of(seen("my-lab")) == THIRD_PARTY


def test_a_sighting_may_be_of_another_authority_than_its_source() -> None:
    assert authority_of(seen("arxiv", ARXIV_DAILY)) == ARXIV_DAILY


def test_the_document_has_the_table() -> None:
    rows = [
        f"| {number} | {rank.who} | {', '.join(f'`{name}`' for name in rank.sources)} |"
        for number, rank in enumerate(RANKS, 1)
    ]
    text = DOCUMENT.read_text(encoding="utf-8")
    assert "\n".join(rows).replace("|  |", "| |") in text
