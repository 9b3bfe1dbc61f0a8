from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_paper
from papertriage.cache.merging import merged, text_changed
from papertriage.models import Paper

NAMES = [name for name in Paper._fields if name not in {"id", "title"}]
FULL = make_paper()._replace(**{n: "x" for n in NAMES if getattr(make_paper(), n) is None})
EMPTY = {name: () if name in {"authors", "categories"} else None for name in NAMES}


def test_a_newer_version_wins_and_never_wipes() -> None:
    old = make_paper(version=1, title="Old", comment="12 pages")
    new = make_paper(version=2, title="New", comment=None, authors=())
    after = merged(old, new)
    assert (after.version, after.title) == (2, "New")
    assert (after.comment, after.authors) == (old.comment, old.authors)


def test_an_older_version_only_fills_gaps() -> None:
    old = make_paper(version=2, title="New", comment=None)
    new = make_paper(version=1, title="Old", comment="12 pages")
    assert merged(old, new) == old._replace(comment="12 pages")


@pytest.mark.parametrize("updated", ["2025-10-03T08:00:00Z", "2025-10-04T08:00:00Z"])
def test_the_same_version_may_correct_its_text_unless_it_is_older(updated: str) -> None:
    old, new = make_paper(title="Tpyo"), make_paper(title="Typo", updated=updated)
    assert merged(old, new).title == "Typo"
    assert merged(new, old).title == ("Tpyo" if updated == old.updated else "Typo")


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
def test_whatever_is_known_stays_known_and_a_second_time_changes_nothing(
    missing_before: set[str], missing_now: set[str]
) -> None:
    old = FULL._replace(**{name: EMPTY[name] for name in missing_before})
    new = FULL._replace(id="new", title="New", **{name: EMPTY[name] for name in missing_now})
    after = merged(old, new)
    assert after.id == old.id
    assert {name for name in NAMES if getattr(after, name) in (None, ())} == (
        missing_before & missing_now
    )
    assert merged(after, new) is after


@pytest.mark.parametrize(
    ("change", "changed"),
    [({"title": "x"}, True), ({"abstract": None}, True), ({"comment": "x"}, False), ({}, False)],
)
def test_only_what_is_scored_asks_for_new_scores(change: dict, changed: bool) -> None:
    assert text_changed(make_paper(), make_paper(**change)) is changed
