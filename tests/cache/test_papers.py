from __future__ import annotations

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_paper, make_score
from caches import (
    NOW,
    cache_of,
    dump,
    named_paper,
    scores_in_titles,
    store_papers,
    titled,
    whole,
)
from hostile import hostile_text
from papertriage.cache import interest
from papertriage.cache.connection import opened
from papertriage.cache.identity import best_id
from papertriage.cache.listing import list_papers, papers_by_id, search_papers
from papertriage.cache.papers import Stored, store
from papertriage.cache.scoring import InterestScorer, Scoring
from papertriage.cache.topics import topic_rows, write_topics
from papertriage.cache.versions import earlier_texts
from papertriage.models import Filters, Learned, Paper, Sighting
from papertriage.models.authority import LINK, PUBLISHER
from papertriage.ranking.merit import merit
from papertriage.text import clean

LATER = "2026-11-24T08:00:00Z"
text = hostile_text.map(clean)
some_text = st.none() | text.filter(bool)
dates = st.none() | st.dates().map(lambda day: f"{day}T00:00:00Z")
names = st.lists(text.filter(bool), max_size=3).map(tuple)
papers = st.builds(
    Paper,
    id=text.filter(bool),
    title=text.filter(bool),
    abstract=some_text,
    authors=names,
    published=dates,
    updated=dates,
    announced=dates,
    version=st.none() | st.integers(1, 2**63 - 1),
    categories=st.lists(text.filter(bool), max_size=3, unique=True).map(tuple),
    primary_category=some_text,
    url=some_text,
    pdf_url=some_text,
    doi=some_text,
    comment=some_text,
)


@given(papers)
def test_any_paper_comes_back_as_it_went_in(paper: Paper) -> None:
    with TemporaryDirectory() as folder, opened(Path(folder) / "cache.db") as connection:
        store_papers(connection, paper)
        held = papers_by_id(connection, [paper.id])[paper.id].paper
        assert held == paper._replace(id=best_id(paper))
        assert store_papers(connection, paper) == Stored(unchanged=1)
        whole(connection)


def index(connection: sqlite3.Connection, word: str) -> list[str]:
    rows = connection.execute(
        "SELECT id FROM papers_index JOIN papers ON key = papers_index.rowid"
        " WHERE papers_index MATCH ? ORDER BY id",
        (word,),
    )
    return [row["id"] for row in rows]


def test_new_changed_and_known_papers_are_counted(connection: sqlite3.Connection) -> None:
    one, two = titled("one", "two")
    assert store_papers(connection, one, two, one) == Stored(new=2)
    changed = two._replace(title="three", version=3)
    assert store_papers(connection, one, changed) == Stored(updated=1, unchanged=1)
    assert Stored(1, 2, 3) + Stored(1, 1, 1) == Stored(2, 3, 4)


def test_what_is_known_is_not_written_again(connection: sqlite3.Connection) -> None:
    papers = titled("ood 0.9", "alignment 0.8")
    sightings = [Sighting(p, "test", "test", NOW[:10], "new", 7) for p in papers]

    def again(score=scores_in_titles) -> Stored:
        return store(connection, sightings, scoring=Scoring(score, lambda s, _: s), now=LATER)

    again()
    before = connection.total_changes
    never = None
    assert again(score=never) == Stored(unchanged=2)
    assert connection.total_changes == before


def test_the_index_follows_the_paper(connection: sqlite3.Connection) -> None:
    paper = make_paper(title="zebra", abstract=None, authors=("Ada",), categories=("cs.LG",))
    store_papers(connection, paper)
    store_papers(
        connection,
        paper._replace(title="giraffe", abstract="okapi", authors=("Bob",), version=3),
    )
    assert [index(connection, w) for w in ("zebra", "ada")] == [[], []]
    assert [index(connection, w) for w in ("giraffe", "okapi", "bob")] == [[paper.id]] * 3
    whole(connection)


def test_categories_follow_the_paper(connection: sqlite3.Connection) -> None:
    paper = make_paper(categories=("cs.LG", "cs.CL"))
    store_papers(connection, paper)
    store_papers(connection, paper._replace(categories=("stat.ML", "cs.CL"), version=3))
    rows = connection.execute("SELECT category FROM paper_categories ORDER BY category")
    assert [row["category"] for row in rows] == ["cs.CL", "stat.ML"]


def test_a_changed_text_gets_new_scores_and_other_changes_keep_them(
    connection: sqlite3.Connection,
) -> None:
    paper = make_paper(title="ood 0.9")
    store_papers(connection, paper)
    store_papers(connection, paper._replace(comment="new", version=3))
    assert [t.score for t in papers_by_id(connection, [paper.id])[paper.id].topics] == [0.9]
    store_papers(connection, paper._replace(title="alignment 0.7", version=4), now=LATER)
    held = papers_by_id(connection, [paper.id])[paper.id]
    assert [(t.topic, t.score) for t in held.topics] == [("alignment", 0.7)]
    assert held.came == NOW


def test_a_score_of_an_unknown_topic_is_left_out(connection: sqlite3.Connection) -> None:
    store_papers(connection)
    sighting = Sighting(make_paper(), "test", "test", NOW[:10])
    store(
        connection,
        [sighting],
        scoring=Scoring(
            lambda _: [[make_score("ood", 0.9), make_score("unheard", 0.9)]], lambda score, _: score
        ),
        now=NOW,
    )
    (held,) = list_papers(connection, Filters())
    assert [t.topic for t in held.topics] == ["ood"]


def test_sightings_add_up_and_upvotes_are_the_latest(connection: sqlite3.Connection) -> None:
    paper = make_paper()
    for feed, day, upvotes in [
        ("a", "01", 5),
        ("a", "02", 9),
        ("b", "02", None),
        ("a", "02", None),
    ]:
        sighting = Sighting(paper, f"source {feed}", feed, f"2026-11-{day}", upvotes=upvotes)
        store(connection, [sighting], scoring=Scoring(scores_in_titles, lambda s, _: s), now=NOW)
    (held,) = list_papers(connection, Filters())
    assert held.sources == ("source a", "source b")
    assert held.upvotes == 9


def test_of_looks_that_differ_in_one_batch_the_later_counts(connection: sqlite3.Connection) -> None:
    one, two = titled("one", "two")
    looks = [(one, 1), (two, 1), (two, 2), (one, 2), (two, None), (two, 1)]
    sightings = [Sighting(p, "test", "test", NOW[:10], None, n) for p, n in looks]
    store(connection, sightings, scoring=Scoring(scores_in_titles, merit), now=NOW)
    assert {held.paper.title: held.upvotes for held in list_papers(connection, Filters())} == {
        "one": 2,
        "two": 1,
    }


def test_a_batch_is_stored_whole_or_not_at_all(connection: sqlite3.Connection) -> None:
    store_papers(connection, *titled("ood 0.9"))
    before = dump(connection)

    def broken(score: float, _came: str) -> float:
        if score == 0.6:
            raise KeyboardInterrupt
        return score

    sightings = [
        Sighting(p, "test", "test", NOW[:10])
        for p in titled("ood 0.8 changed", "ood 0.7 new", "ood 0.6 stops")
    ]
    with pytest.raises(KeyboardInterrupt):
        store(connection, sightings, scoring=Scoring(scores_in_titles, broken), now=LATER)
    assert dump(connection) == before
    whole(connection)


def test_another_writer_between_scoring_and_storing_is_seen(home: Path) -> None:
    paper = make_paper(title="ood 0.9")
    with opened(home / "cache.db") as connection, opened(home / "cache.db") as other:
        store_papers(connection)

        def meanwhile(given: list[Paper]):
            if not other.total_changes:
                store_papers(other, paper._replace(title="Older", version=1, comment="kept"))
            return scores_in_titles(given)

        sightings = [Sighting(paper._replace(comment=None), "test", "test", NOW[:10])]
        stored = store(connection, sightings, scoring=Scoring(meanwhile, lambda s, _: s), now=NOW)
        assert stored == Stored(updated=1)
        (held,) = list_papers(connection, Filters())
        assert (held.paper.title, held.paper.comment) == ("ood 0.9", "kept")
        assert [t.score for t in held.topics] == [0.9]
        whole(connection)


def test_more_papers_than_one_statement_takes_are_found(connection: sqlite3.Connection) -> None:
    papers = titled(*(f"title {n}" for n in range(1_100)))
    assert store_papers(connection, *papers) == Stored(new=1_100)
    assert store_papers(connection, *papers) == Stored(unchanged=1_100)


def test_every_writer_takes_the_lock_first(connection: sqlite3.Connection) -> None:
    statements: list[str] = []
    store_papers(connection, *titled("ood 0.9"))
    connection.set_trace_callback(statements.append)
    store_papers(connection, *titled("ood 0.8", "ood 0.7"))
    connection.set_trace_callback(None)
    begun = [s for s in statements if s.startswith("BEGIN")]
    assert begun
    assert set(begun) == {"BEGIN IMMEDIATE"}


def store_untagged(connection: sqlite3.Connection, **more: object) -> None:
    """Store a new text of a paper and a new paper, which is to wait for its tags."""
    papers = titled("ood 0.9 first", "ood 0.9 second")
    sightings = [Sighting(paper, "test", "test", NOW[:10]) for paper in papers]
    scoring = Scoring(scores_in_titles, merit, tagged=False, **more)
    store(connection, sightings, scoring=scoring, now=NOW)


def test_a_new_text_is_tagged_even_where_new_papers_are_not(home: Path):
    with cache_of(home / "cache.db", "ood 0.1 first") as connection:
        store_untagged(connection)
        rows = connection.execute("SELECT paper, score FROM tags WHERE topic > 0").fetchall()
        assert [tuple(row) for row in rows] == [(1, 0.9)]
        assert {row.tagged_to for row in topic_rows(connection)} == {1}


def test_a_new_text_gets_its_interest_even_where_new_papers_get_none(home: Path):
    with cache_of(home / "cache.db", "ood 0.1 first") as connection:
        interest.begin_model(connection, Learned(0, "hash", NOW, 2, 2, 4, 0.1), [])
        likely = InterestScorer(1, lambda papers: [make_score("interest", 0.7) for _ in papers])
        store_untagged(connection, interest=likely)
        rows = connection.execute("SELECT paper, score FROM interests").fetchall()
        assert [tuple(row) for row in rows] == [(1, 0.7)]


TRUE = make_paper(title="ood 0.9 Flow matching", updated=None, version=None)
POST = TRUE._replace(
    title="ood 0.1 Hot take?!", abstract="Skip the rest.", authors=("Notes Bot",), comment="read it"
)


def sighted(connection: sqlite3.Connection, paper: Paper, source: str, **more: object) -> Stored:
    write_topics(connection, [("ood", 0.5, "invented")])
    sighting = Sighting(paper, source, source, NOW[:10], **more)
    return store(connection, [sighting], scoring=Scoring(scores_in_titles, merit), now=NOW)


@pytest.mark.parametrize("source", ["arxiv", "arxiv-daily", "hugging-face", "csv"])
def test_a_post_that_came_first_gives_way_with_index_tags_and_versions(connection, source: str):
    sighted(connection, POST, "feeds", authority=LINK)
    assert sighted(connection, TRUE, source).updated == 1
    held = papers_by_id(connection, [TRUE.id])[TRUE.id]
    assert held.paper == TRUE
    assert [topic.score for topic in held.topics] == [0.9]
    assert set(held.sources) == {"feeds", source}
    assert [one.paper.id for one in search_papers(connection, "matching", Filters())] == [TRUE.id]
    assert [*search_papers(connection, "hot", Filters())] == []
    (before,) = earlier_texts(connection, TRUE.id)
    assert before.title == POST.title
    whole(connection)


@pytest.mark.parametrize("source", ["arxiv", "arxiv-daily", "hugging-face", "csv"])
def test_a_post_that_comes_later_is_a_sighting_and_changes_nothing(connection, source: str):
    sighted(connection, TRUE, source)
    newer = POST._replace(version=9, updated="2030-01-01T00:00:00Z")
    assert sighted(connection, newer, "feeds", authority=LINK) == Stored(unchanged=1)
    held = papers_by_id(connection, [TRUE.id])[TRUE.id]
    assert (held.paper, set(held.sources)) == (TRUE, {"feeds", source})


def test_a_word_that_a_higher_source_repeats_is_that_source_s(connection):
    sighted(connection, TRUE, "csv")
    assert sighted(connection, TRUE, "arxiv") == Stored(unchanged=1)
    assert sighted(connection, TRUE._replace(title="Page"), "trending-page").updated == 0


def test_who_tells_a_paper_counts_within_a_batch_as_well(connection):
    pairs = [(POST, "feeds", LINK), (TRUE, "arxiv", None), (POST, "csv", None)]
    sightings = [Sighting(p, s, s, NOW[:10], authority=a) for p, s, a in pairs]
    store(connection, sightings, scoring=Scoring(scores_in_titles, merit), now=NOW)
    assert papers_by_id(connection, [TRUE.id])[TRUE.id].paper == TRUE


@pytest.mark.parametrize("first", [True, False])
def test_two_names_of_one_work_obey_the_same_order(connection, first: bool):
    journal = named_paper("doi:10.1000/zz.1", title="ood 0.9 The journal's own title", doi=None)
    page = journal._replace(id="arxiv:2610.00001", doi="10.1000/zz.1", title="A file's title of it")
    pair = [(journal, "feeds", PUBLISHER), (page, "bibtex", None)]
    for paper, source, authority in pair if first else reversed(pair):
        sighted(connection, paper, source, authority=authority)
    (held,) = list_papers(connection, Filters())
    assert (held.paper.id, held.paper.title) == (page.id, journal.title)
