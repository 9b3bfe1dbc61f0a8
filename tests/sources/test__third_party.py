from __future__ import annotations

from datetime import UTC, datetime

import pytest

from papertriage.errors import ConfigurationError, InputError, SourceError
from papertriage.identifiers import title_id
from papertriage.models.authority import THIRD_PARTY, authority_of
from papertriage.sources._third_party import third_party
from papertriage.sources.contract import Batch, Window
from papertriage.sources.registry import source

NOW = datetime(2026, 3, 13, tzinfo=UTC)
MODULE = """
from papertriage.errors import InputError
from papertriage.models import Paper, Sighting
from papertriage.sources.contract import Batch

class Good:
    name = "good"
    def feeds(self):
        return ("good:one",)
    def batches(self, feed, window, now, remembered):
        yield Batch((), total=int(remembered["n"]))

class Naming(Good):
    name = "naming"
    def batches(self, feed, window, now, remembered):
        names = ("3", "naming:4", "arXiv:2511.00001v2", "two words", "")
        papers = [Paper(id=name, title="T") for name in names]
        yield Batch(tuple(Sighting(paper, "other", feed, "2026-03-13") for paper in papers))

class Breaking(Good):
    name = "breaking"
    def feeds(self):
        raise KeyError("line\\nbreak")
    def batches(self, feed, window, now, remembered):
        yield Batch(())
        raise ZeroDivisionError

class Refusing(Good):
    name = "refusing"
    def feeds(self):
        raise InputError("no login: give one")
    def batches(self, feed, window, now, remembered):
        raise InputError("no such feed: see its manual")
        yield

class Posing(Good):
    name = "posing"
    def batches(self, feed, window, now, remembered):
        paper = Paper("arxiv:2603.00001", "Another title")
        yield Batch((Sighting(paper, "arxiv", feed, "2026-03-13", authority=8),))

class Alien(Good):
    name = "alien"
    def batches(self, feed, window, now, remembered):
        yield {"papers": []}
"""
POINTS = """[papertriage.sources]
good = third:Good
breaking = third:Breaking
naming = third:Naming
refusing = third:Refusing
alien = third:Alien
posing = third:Posing
misnamed = third:Good
missing = third:Nobody
absent = nowhere_at_all:Source
"""


@pytest.fixture(autouse=True)
def installed(tmp_path, monkeypatch):
    place = tmp_path / "third-1.dist-info"
    place.mkdir()
    (tmp_path / "third.py").write_text(MODULE, encoding="utf-8")
    (place / "METADATA").write_text("Metadata-Version: 2.1\nName: third\nVersion: 1\n")
    (place / "entry_points.txt").write_text(POINTS)
    monkeypatch.syspath_prepend(tmp_path)


def test_a_registered_source_is_found_by_its_name():
    good = source("good")
    assert (good.name, good.feeds()) == ("good", ("good:one",))
    assert list(good.batches("good:one", Window(), NOW, {"n": "7"})) == [Batch((), total=7)]


def test_a_name_that_nobody_registers_is_unknown():
    assert third_party("nobody") is None
    with pytest.raises(InputError, match="unknown source nobody"):
        source("nobody")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("misnamed", "it calls itself good"),
        ("missing", "AttributeError: .*fix or remove third:Nobody"),
        ("absent", "ModuleNotFoundError: .*nowhere_at_all"),
    ],
)
def test_a_source_that_cannot_be_loaded_is_one_line(name, why):
    with pytest.raises(ConfigurationError, match=f"the source {name} cannot be loaded .*{why}"):
        source(name)


def test_a_source_that_breaks_keeps_what_came_and_is_one_line():
    breaking = source("breaking")
    with pytest.raises(SourceError) as caught:
        breaking.feeds()
    assert str(caught.value).startswith("the source breaking is broken: KeyError")
    assert str(caught.value).isprintable()
    batches = breaking.batches("x", Window(), NOW, {})
    assert next(batches) == Batch(())
    with pytest.raises(SourceError, match="is broken: ZeroDivisionError"):
        next(batches)


def test_its_own_words_pass_unchanged():
    refusing = source("refusing")
    with pytest.raises(InputError, match="no login: give one"):
        refusing.feeds()
    with pytest.raises(InputError, match="no such feed: see its manual"):
        next(refusing.batches("x", Window(), NOW, {}))


def test_what_is_no_batch_is_refused():
    with pytest.raises(SourceError, match="it yields dict, not Batch"):
        next(source("alien").batches("x", Window(), NOW, {}))


def test_a_name_that_the_source_gives_says_whose_it_is():
    (batch,) = source("naming").batches("naming:one", Window(), NOW, {})
    assert [one.paper.id for one in batch.sightings] == [
        "naming:3",
        "naming:4",
        "arxiv:2511.00001",
        title_id("T"),
        title_id("T"),
    ]
    assert {one.source for one in batch.sightings} == {"naming"}


def test_it_speaks_in_no_name_but_its_own():
    (batch,) = source("posing").batches("posing:one", Window(), NOW, {})
    (sighting,) = batch.sightings
    assert (sighting.source, authority_of(sighting)) == ("posing", THIRD_PARTY)
