from __future__ import annotations

import time

import pytest

from papertriage.cache.queue import Judged
from papertriage.triage.sitting.ordering import Orderer, Ordering

WAITING = [
    Judged("sheep", "Sheep that graze", "Sheep graze on green hills in summer.", None),
    Judged("flock", "Sheep that graze on", "Sheep graze on green hills in summer again.", None),
    Judged("violin", "Old violins", "The varnish of old violins and their sound.", None),
    Judged("snow", "Snow", "Crystals of ice fall from clouds over mountains.", None),
]
BEFORE = [
    Judged("lamb", "Sheep and lambs", "Sheep and lambs graze on green hills.", kept=True),
    Judged("cello", "Cellos", "The varnish of a cello and its sound.", kept=False),
]


class FakeRanker:
    """Scores a paper by the words that it shares with kept papers, less those with skipped."""

    def __init__(self, texts) -> None:
        self.words = [{*f"{text.title} {text.abstract}".lower().split()} for text in texts]
        self.said = {}

    def answer(self, row, *, relevant) -> None:
        self.said[row] = relevant

    def take_back(self, row) -> None:
        del self.said[row]

    def margins(self):
        return self.scores()

    def scores(self):
        return [
            sum((1 if kept else -1) * len(words & self.words[row]) for row, kept in said)
            for words in self.words
            for said in [self.said.items()]
        ]


def until(order: Orderer, wanted) -> Ordering:
    """Wait for an ordering; the thread says nothing when it has one."""
    end = time.monotonic() + 120
    while not wanted(order.latest()):
        assert time.monotonic() < end, order.latest()
        time.sleep(0.005)
    return order.latest()


@pytest.fixture
def begun():
    running = []

    def begin(waiting=WAITING, before=(), ranker=FakeRanker, **options) -> Orderer:
        order = Orderer(lambda: (waiting, before), ranker, **options)
        running.append(order)
        order.start()
        return order

    yield begin
    for order in running:
        order.stop()
        assert not order._thread.is_alive()


def settled(ordering: Ordering) -> bool:
    return not ordering.doing


def test_without_answers_of_both_kinds_the_order_stays_and_look_alikes_are_found(begun) -> None:
    order = begun()
    found = until(order, settled)
    assert (found.papers, found.learned_from) == ((), 0)
    assert found.alike == {"sheep": ["flock"], "flock": ["sheep"]}
    order.tell("sheep", kept=True)
    assert until(order, lambda o: "flock" in o.novelty).novelty["flock"] == (
        "close to: Sheep that graze (kept)"
    )
    assert order.latest().learned_from == 0


def test_earlier_decisions_order_the_queue_at_once(begun) -> None:
    found = until(begun(before=BEFORE), settled)
    assert found.learned_from == 2
    assert found.papers[:2] == ("sheep", "flock")
    assert found.papers[-1] == "violin"


def test_an_answer_moves_what_is_like_it_and_taking_it_back_moves_it_again(begun) -> None:
    order = begun(before=BEFORE)
    order.tell("violin", kept=True)
    order.tell("sheep", kept=False)
    assert until(order, lambda o: o.learned_from == 4).papers[-1] in {"flock", "sheep"}
    order.tell("violin", None)
    order.tell("sheep", None)
    assert until(order, lambda o: o.learned_from == 2).papers[0] == "sheep"


def test_a_changed_answer_counts_once(begun) -> None:
    order = begun(before=BEFORE)
    until(order, settled)
    for kept in (True, False, True):
        order.tell("snow", kept=kept)
    assert until(order, lambda o: o.learned_from == 3).papers[0] == "snow"


def test_advice_says_that_it_is_about_the_papers_that_were_read_where_more_wait(begun) -> None:
    whole = until(begun(before=BEFORE), settled).advice
    part = until(begun(before=BEFORE, of_part=True), settled).advice
    assert whole
    assert part == f"best {len(WAITING)}: {whole}"


def test_an_answer_for_a_paper_outside_the_pool_is_no_fault(begun) -> None:
    order = begun(before=BEFORE)
    order.tell("elsewhere", kept=True)
    order.tell("snow", kept=True)
    assert until(order, lambda o: o.learned_from == 3).doing == ""


def test_uncertain_asks_for_what_differs_first_and_then_near_the_boundary(begun) -> None:
    order = begun(uncertain=True)
    spread = until(order, settled).papers
    assert set(spread) == {paper.id for paper in WAITING}
    assert {"sheep", "flock"} != set(spread[:2])
    many = [
        *(BEFORE[0]._replace(id=f"lamb{n}") for n in range(3)),
        *(BEFORE[1]._replace(id=f"cello{n}") for n in range(3)),
    ]
    found = until(begun(before=many, uncertain=True), settled)
    assert found.learned_from == 6
    assert found.papers[0] == "snow"


def test_what_fails_behind_the_screen_is_said_and_stops_nothing(begun) -> None:
    def broken(_texts):
        raise ValueError

    order = begun(before=BEFORE, ranker=broken)
    failed = until(order, lambda o: "failed" in o.doing)
    assert failed.doing == "learning failed: ValueError: "
    order.tell("sheep", kept=True)


def test_novelty_is_said_only_once_there_is_enough_to_be_new_against(begun) -> None:
    kept = [BEFORE[0]._replace(id=f"lamb{n}") for n in range(20)]
    found = until(begun(before=kept), settled)
    assert found.novelty["snow"] == "unlike 20 papers you kept"
    assert "snow" not in until(begun(before=kept[:19]), settled).novelty
