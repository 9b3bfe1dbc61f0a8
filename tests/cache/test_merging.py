from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_paper
from papertriage.cache.merging import AttributedPaper, digits, merged, text_changed
from papertriage.models import Paper
from papertriage.models.authority import (
    ARXIV,
    ARXIV_DAILY,
    FILE,
    HUGGING_FACE,
    LINK,
    THIRD_PARTY,
)

NAMES = [name for name in Paper._fields if name not in {"id", "title"}]
FULL = make_paper()._replace(**{n: "x" for n in NAMES if getattr(make_paper(), n) is None})
EMPTY = {name: () if name in {"authors", "categories"} else None for name in NAMES}
LINKS = {"url", "pdf_url", "doi"}


def said(paper: Paper, authority: int) -> AttributedPaper:
    return AttributedPaper(paper, authority)


def by_equals(old: Paper, new: Paper) -> Paper:
    return merged(said(old, FILE), new, FILE).paper


def test_a_newer_version_wins_and_never_wipes() -> None:
    old = make_paper(version=1, title="Old", comment="12 pages")
    new = make_paper(version=2, title="New", comment=None, authors=())
    after = by_equals(old, new)
    assert (after.version, after.title) == (2, "New")
    assert (after.comment, after.authors) == (old.comment, old.authors)


def test_an_older_version_only_fills_gaps() -> None:
    old = make_paper(version=2, title="New", comment=None)
    new = make_paper(version=1, title="Old", comment="12 pages")
    assert by_equals(old, new) == old._replace(comment="12 pages")


@pytest.mark.parametrize("updated", ["2025-10-03T08:00:00Z", "2025-10-04T08:00:00Z"])
def test_the_same_version_may_correct_its_text_unless_it_is_older(updated: str) -> None:
    old, new = make_paper(title="Tpyo"), make_paper(title="Typo", updated=updated)
    assert by_equals(old, new).title == "Typo"
    assert by_equals(new, old).title == ("Tpyo" if updated == old.updated else "Typo")


def test_at_a_tie_the_one_that_is_there_may_be_the_better() -> None:
    old, new = make_paper(title="Tpyo"), make_paper(title="Typo")
    assert merged(said(old, FILE), new, FILE, wins_tie=False).paper == old


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
def test_whatever_is_known_stays_known_and_a_second_time_changes_nothing(
    missing_before: set[str], missing_now: set[str]
) -> None:
    old = FULL._replace(**{name: EMPTY[name] for name in missing_before})
    new = FULL._replace(id="new", title="New", **{name: EMPTY[name] for name in missing_now})
    held = merged(said(old, FILE), new, FILE)
    after = held.paper
    assert after.id == old.id
    assert {name for name in NAMES if getattr(after, name) in (None, ())} == (
        missing_before & missing_now
    )
    again = merged(held, new, FILE)
    assert again.paper is after
    assert again == held


def test_a_higher_authority_wins_whatever_the_versions_and_keeps_what_it_does_not_say() -> None:
    old = make_paper(version=9, title="A file's", updated="2026-12-01", comment="12 pages")
    new = make_paper(version=1, title="arXiv's", updated="2026-11-01", comment=None)
    assert merged(said(old, FILE), new, ARXIV).paper == new._replace(comment="12 pages")


def test_a_lower_authority_fills_gaps_alone_and_its_version_holds_off_nobody() -> None:
    first = make_paper(version=None, title="arXiv's", updated="2026-11-01", comment=None)
    other = make_paper(version=9, title="Other", updated="2026-12-01", comment="12 pages")
    filled = merged(said(first, ARXIV), other, THIRD_PARTY)
    assert filled.paper == first._replace(version=9, comment="12 pages")
    newer = make_paper(version=2, title="arXiv's second", updated="2026-11-20", comment=None)
    assert merged(filled, newer, ARXIV).paper == newer._replace(comment="12 pages")


def test_each_field_knows_who_said_it() -> None:
    page = make_paper(title="A file's", abstract="A file's.", comment=None, authors=("A File",))
    mail = make_paper(title="arXiv's", abstract=None, comment="12 pages", authors=())
    held = merged(said(page, FILE), mail, ARXIV_DAILY)
    named = make_paper(title="Other", abstract="True.", comment="Other", authors=("Ada Example",))
    after = merged(held, named, HUGGING_FACE).paper
    assert (after.title, after.comment) == ("arXiv's", "12 pages")
    assert (after.abstract, after.authors) == ("True.", ("Ada Example",))


POST = make_paper(
    title="[Notes] Four steps are all you need?!",
    abstract="My hot take.",
    authors=("Notes Bot",),
    categories=("blog",),
    comment="a comment",
    doi=None,
)


def test_a_post_adds_a_link_to_a_paper_that_others_know_and_nothing_else() -> None:
    bare = Paper(POST.id, "Flow matching with few steps")
    for authority in range(LINK + 1, ARXIV + 1):
        after = merged(said(bare, authority), POST, LINK).paper
        assert after == bare._replace(url=POST.url, pdf_url=POST.pdf_url)


def test_a_post_that_came_first_leaves_its_link_and_nothing_else() -> None:
    bare = Paper(POST.id, "Flow matching with few steps")
    for authority in range(LINK + 1, ARXIV + 1):
        after = merged(said(POST, LINK), bare, authority).paper
        assert after == bare._replace(url=POST.url, pdf_url=POST.pdf_url)


def invented(authority: int, version: int, gaps: set[str]) -> Paper:
    """Return a paper of which each field names its authority and version."""
    mark = f"{authority}.{version}"
    fields = {name: (mark,) if EMPTY[name] == () else mark for name in NAMES}
    # The lower the authority, the higher the version and the later the date.
    number = 10 * (ARXIV - authority) + version
    fields |= {"version": number, "updated": f"2026-01-01T00:00:{number:02}Z"}
    return Paper("x", f"title {mark}", **{**fields, **{name: EMPTY[name] for name in gaps}})


@st.composite
def appearances(draw: st.DrawFn) -> list[tuple[int, Paper]]:
    """Return a paper as some authorities tell it; the highest tells up to three versions."""
    some = st.lists(st.integers(THIRD_PARTY, ARXIV), min_size=1, max_size=3, unique=True)
    gaps = st.sets(st.sampled_from(NAMES))
    top, *others = sorted(draw(some), reverse=True)
    found = [(authority, invented(authority, 1, draw(gaps))) for authority in others]
    silent = draw(gaps) - {"version", "updated"}
    found += [(top, invented(top, n, silent)) for n in range(1, draw(st.integers(2, 4)))]
    return draw(st.permutations(found))


@given(appearances())
def test_the_order_of_arrival_does_not_matter(papers: list[tuple[int, Paper]]) -> None:
    outcomes = []
    for (authority, first), *others in permutations(papers):
        held = said(first, authority)
        for other, paper in others:
            held = merged(held, paper, other)
        outcomes.append(held)
    ranks = {authority for authority, _ in papers}
    if {THIRD_PARTY, LINK} < ranks:
        # What a post took the place of is gone with the post's words.
        above = [paper for authority, paper in papers if authority > LINK]
        sure = [n for n in Paper._fields if any(getattr(p, n) not in (None, ()) for p in above)]
        outcomes = [[getattr(held.paper, name) for name in sure] for held in outcomes]
    assert all(outcome == outcomes[0] for outcome in outcomes)


@given(appearances())
def test_each_field_is_that_of_the_highest_who_says_it(papers: list[tuple[int, Paper]]) -> None:
    (authority, first), *others = papers
    held = said(first, authority)
    for other, paper in others:
        held = merged(held, paper, other)
    posted = max(authority for authority, _ in papers) > LINK
    for name in NAMES:
        saying = [
            (authority, paper.version or 0, getattr(paper, name))
            for authority, paper in papers
            if getattr(paper, name) not in (None, ())
            and not (posted and authority <= LINK and name not in LINKS)
        ]
        if saying:
            assert getattr(held.paper, name) == max(saying)[2]


def test_authorities_that_are_alike_are_one_digit() -> None:
    assert digits([8, 0, 8]) == 8
    assert digits([8, 0, 5]) == 805


@pytest.mark.parametrize(
    ("change", "changed"),
    [({"title": "x"}, True), ({"abstract": None}, True), ({"comment": "x"}, False), ({}, False)],
)
def test_only_what_is_scored_asks_for_new_scores(change: dict, changed: bool) -> None:
    assert text_changed(make_paper(), make_paper(**change)) is changed
