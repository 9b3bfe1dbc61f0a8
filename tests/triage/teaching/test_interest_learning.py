from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caches import lines, named_paper, store_papers
from invented import invented_text
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide, label, undo
from papertriage.cache.listing import list_papers
from papertriage.cache.status import current_model, tally
from papertriage.errors import ConfigurationError, ModelError
from papertriage.models import Filters
from papertriage.topics import model
from papertriage.triage.intake.importing import import_file
from papertriage.triage.teaching import interest_learning
from papertriage.triage.teaching.interest_learning import (
    interest_scorer,
    learn_if_due,
    model_path,
    score_all,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SONG = [f"song{n}" for n in range(30)]
FARM = [f"farm{n}" for n in range(30)]


@pytest.fixture
def connection(home: Path) -> Iterator[sqlite3.Connection]:
    """Return a cache of thirty papers on bird song and thirty on farming."""
    chance = random.Random(1)  # noqa: S311 - invented texts, no secrets
    papers = []
    for name in (*SONG, *FARM):
        text = invented_text(chance, singing=name in SONG)
        papers.append(named_paper(name, title=text.title, abstract=text.abstract))
    with opened(home / "cache.db") as connection:
        store_papers(connection, *papers)
        yield connection


class Journal:
    """Write decisions a minute apart."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection, self.new_line, self.minute = connection, lines().__next__, 0

    def at(self) -> str:
        self.minute += 1
        return f"2026-11-23T{self.minute // 60:02}:{self.minute % 60:02}:00.000000Z"

    def said(self, decision, *names: str) -> None:
        for name in names:
            decide(self.connection, [name], decision, at=self.at(), new_line=self.new_line)

    def undone(self, name: str) -> None:
        undo(self.connection, [name], at=self.at(), new_line=self.new_line)


@pytest.fixture
def journal(connection: sqlite3.Connection) -> Journal:
    return Journal(connection)


def scores(connection: sqlite3.Connection) -> dict[str, float]:
    found = list_papers(connection, Filters())
    return {one.paper.id: one.interest.score for one in found if one.interest}


def test_nothing_is_learned_before_there_are_enough_decisions(
    connection: sqlite3.Connection, journal: Journal
) -> None:
    journal.said("keep", *SONG[:5])
    journal.said("skip", FARM[0])
    assert learn_if_due(connection, NOW) is None
    assert current_model(connection) is None
    assert not model_path().exists()


def test_the_first_lesson_is_said_and_scores_what_is_undecided(
    connection: sqlite3.Connection, journal: Journal
) -> None:
    journal.said("keep", *SONG[:2])
    journal.said("skip", *FARM[:2])
    sentence = learn_if_due(connection, NOW)
    assert sentence is not None
    assert sentence.startswith("learned from 2 keeps and 2 skips")
    found = scores(connection)
    assert len(found) == 56
    song = sorted(found[name] for name in SONG[2:])
    farm = sorted(found[name] for name in FARM[2:])
    assert song[4] > farm[-5]
    assert learn_if_due(connection, NOW) is None


def test_skips_sink_their_like(connection: sqlite3.Connection, journal: Journal) -> None:
    journal.said("keep", *SONG[:2])
    journal.said("skip", *FARM[:2])
    learn_if_due(connection, NOW)
    before = scores(connection)
    journal.said("skip", *FARM[2:6])
    learn_if_due(connection, NOW)
    after = scores(connection)
    assert sum(after[name] < before[name] for name in FARM[6:]) >= 20


def test_undo_restores_the_model_to_the_byte(
    connection: sqlite3.Connection, journal: Journal
) -> None:
    journal.said("keep", *SONG[:3])
    journal.said("skip", *FARM[:3])
    learn_if_due(connection, NOW)
    model, found = model_path().read_bytes(), scores(connection)
    journal.said("skip", SONG[3])
    learn_if_due(connection, NOW)
    assert model_path().read_bytes() != model
    journal.undone(SONG[3])
    learn_if_due(connection, NOW, at_once=True)
    assert model_path().read_bytes() == model
    assert scores(connection) == found


def test_undone_below_what_is_enough_nothing_counts_any_more(
    connection: sqlite3.Connection, journal: Journal
) -> None:
    journal.said("keep", *SONG[:2])
    journal.said("skip", *FARM[:2])
    learn_if_due(connection, NOW)
    journal.undone(FARM[1])
    learn_if_due(connection, NOW, at_once=True)
    assert (current_model(connection), scores(connection)) == (None, {})


def test_labels_and_postponing_teach_no_interest(
    connection: sqlite3.Connection, journal: Journal
) -> None:
    journal.said("keep", *SONG[:2])
    journal.said("skip", *FARM[:2])
    learn_if_due(connection, NOW)
    first = current_model(connection)
    label(connection, SONG[5:9], "ood", False, at=journal.at(), new_line=journal.new_line)
    learn_if_due(connection, NOW, at_once=True)
    assert current_model(connection) == first
    journal.said("later", SONG[9])
    learn_if_due(connection, NOW)
    assert first is not None
    after = current_model(connection)
    assert after is not None
    assert (after.key, after.hash) == (first.key, first.hash)


def test_with_many_decisions_a_twentieth_more_is_due(
    connection: sqlite3.Connection, journal: Journal
) -> None:
    journal.said("keep", *SONG[:20])
    journal.said("skip", *FARM[:20])
    learn_if_due(connection, NOW)
    journal.said("keep", SONG[20])
    learn_if_due(connection, NOW)
    assert current_model(connection).decisions == 40  # type: ignore[union-attr]
    journal.said("keep", SONG[21])
    learn_if_due(connection, NOW)
    assert current_model(connection).decisions == 42  # type: ignore[union-attr]


@pytest.fixture
def taught(connection: sqlite3.Connection, journal: Journal) -> sqlite3.Connection:
    journal.said("keep", *SONG[:3])
    journal.said("skip", *FARM[:3])
    learn_if_due(connection, NOW)
    return connection


@pytest.mark.parametrize("damage", [b"", b"papertriage-model 1\nsha256 0\nterms = 3\n", None])
def test_a_damaged_model_is_said_and_learned_again(
    taught: sqlite3.Connection, damage: bytes | None
) -> None:
    good = model_path().read_bytes()
    if damage is None:
        model_path().unlink()
    else:
        model_path().write_bytes(damage)
    assert interest_scorer(taught) is None
    sentence = learn_if_due(taught, NOW, thorough=True)
    assert sentence is not None
    assert "; learned again from 6 decisions" in sentence
    assert "\n" not in sentence
    assert model_path().read_bytes() == good
    assert interest_scorer(taught) is not None


def test_another_caches_model_is_not_taken_for_this_ones(taught: sqlite3.Connection) -> None:
    other = model_path().read_text(encoding="utf-8")
    taught.execute("UPDATE interest_models SET hash = 'other'")
    assert interest_scorer(taught) is None
    assert "not the model" in str(learn_if_due(taught, NOW, thorough=True))
    assert model_path().read_text(encoding="utf-8") == other


def test_where_a_damaged_model_cannot_be_learned_again_topics_rank(
    taught: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_path().unlink()
    model_path().mkdir()
    with pytest.raises(ModelError, match="picks are ranked by topic for now"):
        learn_if_due(taught, NOW, thorough=True)
    assert current_model(taught) is None


def test_a_lesson_that_cannot_be_written_leaves_the_last_one(
    taught: sqlite3.Connection, journal: Journal
) -> None:
    before = current_model(taught)
    model_path().unlink()
    model_path().mkdir()
    journal.said("keep", SONG[3])
    with pytest.raises(ConfigurationError, match="cannot be written"):
        learn_if_due(taught, NOW)
    assert current_model(taught) == before
    assert tally(taught, 9) == (4, 3)


def test_what_was_not_worth_scoring_is_scored_when_there_is_time(
    taught: sqlite3.Connection, journal: Journal
) -> None:
    journal.said("keep", SONG[3])
    learn_if_due(taught, NOW, most=10)
    assert len(scores(taught)) == 10
    learn_if_due(taught, NOW, most=1, thorough=True)
    assert len(scores(taught)) == 60
    assert score_all(taught, lambda *_: None) == 0


def test_all_papers_are_scored_when_that_is_asked_for(
    taught: sqlite3.Connection, journal: Journal
) -> None:
    journal.said("keep", SONG[3])
    learn_if_due(taught, NOW, most=10)
    heard: list[tuple[int, int | None]] = []
    assert score_all(taught, lambda *given: heard.append(given)) == 50
    assert heard == [(50, 50)]
    assert len(scores(taught)) == 60


def test_an_import_loads_the_model_once(
    taught: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = []

    def counted(path: Path) -> model.Model:
        loads.append(path)
        return load_model(path)

    load_model = model.load_model
    monkeypatch.setattr(model, "load_model", counted)
    interest_learning._load.cache_clear()
    file = tmp_path / "papers.jsonl"
    file.write_text('{"id": "new", "title": "A song of the reed warbler"}\n', encoding="utf-8")
    import_file(
        taught, str(file), form=None, page_day=None, now=lambda: NOW, advance=lambda *_: None
    )
    learn_if_due(taught, NOW, at_once=True, thorough=True)
    assert loads.count(model_path()) == 1
