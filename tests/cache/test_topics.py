from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from builders import make_score
from caches import cache_of, dump, lines, store_papers, titled
from papertriage.cache.journal import label
from papertriage.cache.listing import list_papers
from papertriage.cache.topics import (
    forget_proposed,
    forget_topics,
    labelled_texts,
    propose_tags,
    put_tags,
    tag_counts,
    texts,
    topic_keys,
    topic_rows,
    write_topics,
)
from papertriage.models import Filters

TITLES = ("ood 0.9 first", "ood 0.1 second", "third")


def test_texts_come_in_pages_by_key_also_after_a_key(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        assert [text.title for page in texts(connection) for text in page] == list(TITLES)
        assert [text.key for page in texts(connection, 2) for text in page] == [3]


def test_a_topic_with_another_model_has_no_tags_yet_and_an_equal_one_keeps_its_own(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        assert {row.tagged_to for row in topic_rows(connection)} == {3}
        write_topics(connection, [("ood", 0.5, "invented"), ("alignment", 0.5, "another")])
        reached = {row.name: row.tagged_to for row in topic_rows(connection)}
    assert reached == {"alignment": 0, "causality": 3, "ood": 3}


def test_a_topic_that_lags_still_lags_after_new_papers(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        connection.execute("UPDATE topics SET tagged_to = 1 WHERE name = 'ood'")
        store_papers(connection, *titled(*TITLES, "fourth"))
        reached = {row.name: row.tagged_to for row in topic_rows(connection)}
    assert reached == {"alignment": 4, "causality": 4, "ood": 1}


SCORED = [(key, 1.0, make_score("ood", 0.8)) for key in (1, 2, 3)]


def test_proposed_tags_are_counted_apart_until_they_are_forgotten(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        propose_tags(connection, [*SCORED, (3, 1.0, make_score("ood", 0.1))])
        assert tag_counts(connection, "ood") == (1, 3)
        forget_proposed(connection)
        assert tag_counts(connection, "ood") == (1, 0)


def test_tags_that_are_put_replace_what_there_was_and_say_how_far_they_reach(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        write_topics(connection, [("ood", 0.5, "another")])
        assert put_tags(connection, {"ood": "another"}, SCORED[2:], None)
        assert {row.tagged_to for row in topic_rows(connection)} == {0, 3}
        assert put_tags(connection, {"ood": "another"}, SCORED[:2], 2)
        assert put_tags(connection, {"ood": "another"}, SCORED[:1], 1)
        assert tag_counts(connection, "ood")[0] == 3
        assert [row.tagged_to for row in topic_rows(connection) if row.name == "ood"] == [2]


def test_tags_of_a_model_that_counts_no_more_are_not_put(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        before = dump(connection)
        assert not put_tags(connection, {"ood": "older", "gone": "x"}, SCORED, 3)
        assert dump(connection) == before


def test_a_forgotten_topic_takes_its_tags_and_leaves_the_labels(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        paper = next(iter(list_papers(connection, Filters()))).paper
        at = "2026-11-23T09:00:00.000000Z"
        label(connection, [paper.id], "ood", True, at=at, new_line=lines().__next__)
        forget_topics(connection, ["ood"])
        assert "ood" not in topic_keys(connection)
        assert not any(held.topics for held in list_papers(connection, Filters()))
        assert labelled_texts(connection, "ood") == [(paper.id, paper.title, paper.abstract, True)]


@pytest.mark.parametrize("value", [False, None])
def test_the_last_label_of_a_paper_holds(home: Path, value: bool | None):
    new_line = lines().__next__
    with cache_of(home / "cache.db", *TITLES) as connection:
        for n, given in enumerate((True, value)):
            at = f"2026-11-23T09:00:0{n}.000000Z"
            label(connection, ["arxiv:2510.00001"], "ood", given, at=at, new_line=new_line)
        found = [one[3] for one in labelled_texts(connection, "ood")]
        count = connection.execute("SELECT count(*) FROM journal").fetchone()[0]
    assert found == ([] if value is None else [False])
    assert count == 2


def test_a_topic_is_forgotten_whole_or_not_at_all(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        before = dump(connection)
        connection.execute(
            "CREATE TEMP TRIGGER no BEFORE DELETE ON topics BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        with pytest.raises(sqlite3.IntegrityError):
            forget_topics(connection, ["ood"])
        assert dump(connection) == before


def test_topics_are_not_put_back_to_what_they_were(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        before = topic_rows(connection)
        assert write_topics(connection, [("ood", 0.5, "trained")], before)
        assert not write_topics(connection, [("ood", 0.5, "stale")], before)
        assert {row.name: row.model for row in topic_rows(connection)}["ood"] == "trained"
