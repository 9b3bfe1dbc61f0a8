from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from caches import dump, whole
from papertriage.cache.connection import last_key, opened, writing
from papertriage.cache.scoring import Scorers
from papertriage.cache.topics import tag_counts, texts_after, topic_rows
from papertriage.models import Paper
from papertriage.triage.teaching import retagging
from papertriage.triage.teaching.followed import papers_scorer, shipped_model, topic_scorer
from papertriage.triage.teaching.retagging import retag
from processes import ran

TEXT = "Out-of-distribution detection under distribution shift and domain generalization"
PAGE = 10


@pytest.fixture
def cache(seeded: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Open the seeds, with tags of the topic ood from an older model, and small pages."""
    monkeypatch.setattr(retagging, "_PAGE", PAGE)
    with opened(seeded) as connection:
        topic_scorer(connection)
        retag(connection, silent)
        connection.execute("UPDATE topics SET model = 'older' WHERE name = 'ood'")
        connection.execute("UPDATE tags SET score = 0, evidence = '[]' WHERE topic = 4")
        yield connection


def silent(_papers: int, _total: int | None) -> None:
    """Hear of tagged papers, and do nothing."""


def reached(connection: sqlite3.Connection) -> int:
    return {row.name: row.tagged_to for row in topic_rows(connection)}["ood"]


def tagged_anew(connection: sqlite3.Connection) -> list[int]:
    rows = connection.execute(
        "SELECT paper FROM tags JOIN topics ON topics.key = topic"
        " WHERE name = 'ood' AND evidence != '[]' ORDER BY paper"
    )
    return [row["paper"] for row in rows]


def stop_after(pages: int):
    def advance(_papers: int, _total: int | None) -> None:
        nonlocal pages
        pages -= 1
        if not pages:
            raise KeyboardInterrupt

    return advance


def test_a_run_that_was_stopped_goes_on_where_it_was(cache: sqlite3.Connection) -> None:
    with pytest.raises(KeyboardInterrupt):
        retag(cache, stop_after(2))
    assert reached(cache) == 2 * PAGE
    assert tagged_anew(cache) == list(range(1, 2 * PAGE + 1))
    heard: list[tuple[int, int | None]] = []
    assert retag(cache, lambda *given: heard.append(given)) == 1
    left = last_key(cache) - 2 * PAGE
    assert sum(papers for papers, _ in heard) == left
    assert {total for _, total in heard} == {left}
    assert reached(cache) == last_key(cache)
    assert retag(cache, silent) == 0
    whole(cache)


def test_of_many_papers_the_newest_are_tagged_first(cache: sqlite3.Connection, monkeypatch) -> None:
    monkeypatch.setattr(retagging, "_MANY", 30)
    monkeypatch.setattr(retagging, "_NEWEST", PAGE)
    with pytest.raises(KeyboardInterrupt):
        retag(cache, stop_after(1))
    last = last_key(cache)
    assert tagged_anew(cache) == [*range(1, PAGE + 1), *range(last - PAGE + 1, last + 1)]
    assert reached(cache) == PAGE
    retag(cache, silent)
    assert tagged_anew(cache) == list(range(1, last + 1))


def test_the_tags_are_those_of_a_cache_that_was_tagged_at_once(cache: sqlite3.Connection) -> None:
    retag(cache, silent)
    before = dump(cache)
    cache.execute("UPDATE topics SET model = 'older'")
    cache.execute("UPDATE tags SET score = 0, tagged = 0, merit = 0, evidence = ''")
    assert retag(cache, silent) == 4
    assert dump(cache) == before


def meanwhile(monkeypatch: pytest.MonkeyPatch, change) -> None:
    """Let something happen after a page was read and scored, before it is written."""

    def scorer(model) -> Scorers:
        score, changes = papers_scorer(model), [change]

        def scores(papers: list[Paper]):
            found = score(papers)
            if changes:
                changes.pop()()
            return found

        return scores

    monkeypatch.setattr(retagging, "papers_scorer", scorer)


def test_a_paper_that_changes_meanwhile_is_tagged_as_it_is(
    cache: sqlite3.Connection, seeded: Path, monkeypatch
) -> None:
    with opened(seeded) as other:
        meanwhile(
            monkeypatch,
            lambda: other.execute("UPDATE papers SET title = ? WHERE key = 3", (TEXT,)),
        )
        retag(cache, silent)
    (score,) = cache.execute("SELECT score FROM tags WHERE paper = 3 AND topic = 4").fetchone()
    ((_, title, abstract, _),) = texts_after(cache, 2, 1)
    assert title == TEXT
    wanted = {one.topic: one for one in papers_scorer(shipped_model())([make(TEXT, abstract)])[0]}
    assert score == wanted["ood"].score


def make(title: str, abstract: str | None) -> Paper:
    return Paper("", title, abstract)


def test_a_topic_that_is_trained_meanwhile_is_left_to_the_run_that_follows(
    cache: sqlite3.Connection, seeded: Path, monkeypatch
) -> None:
    with opened(seeded) as other:
        meanwhile(
            monkeypatch,
            lambda: other.execute("UPDATE topics SET model = 'newer' WHERE name = 'ood'"),
        )
        retag(cache, silent)
    assert tagged_anew(cache) == []
    assert reached(cache) == 0


def test_papers_that_are_removed_meanwhile_get_no_tags(
    cache: sqlite3.Connection, seeded: Path, monkeypatch
) -> None:
    with opened(seeded) as other:

        def remove() -> None:
            other.execute("DELETE FROM tags WHERE paper BETWEEN 3 AND 5")
            other.execute("DELETE FROM papers WHERE key BETWEEN 3 AND 5")

        meanwhile(monkeypatch, remove)
        retag(cache, silent)
    assert tagged_anew(cache) == [1, 2, *range(6, last_key(cache) + 1)]


def test_a_topic_that_is_not_asked_for_stays_as_it_is(cache: sqlite3.Connection) -> None:
    assert retag(cache, silent, ["causality"]) == 0
    assert tagged_anew(cache) == []
    assert retag(cache, silent, ["ood"]) == 1
    assert tag_counts(cache, "ood")[0] > 0


def topics_of(score: Scorers) -> list[str]:
    return [found.topic for found in score([make(TEXT, None)])[0]]


def test_what_is_imported_after_a_topic_was_added_is_tagged_with_it(
    cache: sqlite3.Connection,
) -> None:
    score = topic_scorer(cache)
    shipped = topics_of(score)
    ran("topics", "add", "few shots", "-p", "few-shot", "--yes")
    with writing(cache):
        assert topics_of(score) == shipped
    assert topics_of(score) == [*shipped, "few shots"]
    ran("topics", "remove", "few shots")
    assert topics_of(score) == shipped
