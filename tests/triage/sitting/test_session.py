from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caches import cache_of, named_paper, store_papers, titled
from papertriage.cache.audits import was_audit
from papertriage.cache.connection import opened, patience, writing
from papertriage.cache.listing import require_papers
from papertriage.cache.queue import passed_at
from papertriage.errors import CacheBusy
from papertriage.triage.pace import Budget, ReadingPace
from papertriage.triage.sitting.answering import Answers, longest_wait
from papertriage.triage.sitting.ordering import Ordering
from papertriage.triage.sitting.session import Session
from papertriage.triage.sitting.walk import Walk

TITLES = ("Apples", "Bears", "Cows", "Doves", "Eels")
IDS = [paper.id for paper in titled(*TITLES)]


class FakeOrder:
    """An order that is learned when the test says so, and remembers what it was told."""

    def __init__(self) -> None:
        self.ordering, self.told = Ordering(), []

    def tell(self, paper, kept) -> None:
        self.told.append((paper, kept))

    def latest(self) -> Ordering:
        return self.ordering


class Clock:
    """Seconds that pass when the test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def connection(home: Path):
    with cache_of(home / "cache.db", *TITLES) as connection:
        yield connection


@pytest.fixture
def order() -> FakeOrder:
    return FakeOrder()


@pytest.fixture
def begin(connection, order):
    def begun(places: int = 0, **more) -> Session:
        options = {"seconds": Clock(), **more}
        return Session(Walk(IDS, places), Answers(connection), order, **options)

    return begun


def said(connection) -> dict[str, str]:
    return dict(connection.execute("SELECT paper, decision FROM decisions").fetchall())


def shown(session: Session) -> str | None:
    return session.paper.paper.title if session.paper else None


def test_an_answer_is_in_the_file_before_the_next_paper_is_shown(begin, home) -> None:
    session = begin()
    assert session.answer("keep") == "kept: Apples"
    with opened(home / "cache.db") as other:
        assert said(other) == {IDS[0]: "keep"}
    assert shown(session) == "Bears"


def test_undo_takes_back_one_answer_after_the_other_and_shows_its_paper(
    begin, connection, order
) -> None:
    session = begin()
    for decision in ("keep", "skip", "later"):
        session.answer(decision)
    assert session.undo() == "no longer postponed"
    assert shown(session) == "Cows"
    assert session.undo() == "no longer skipped"
    assert session.undo() == "no longer kept"
    assert shown(session) == "Apples"
    assert said(connection) == {}
    assert session.undo().startswith("nothing to undo")
    assert order.told[:3] == [(IDS[0], True), (IDS[1], False), (IDS[2], None)]
    assert order.told[3:] == [(paper, None) for paper in reversed(IDS[:3])]
    assert session.tally() == ""
    assert "5 left" in session.status()[0]


def test_undoing_a_second_answer_brings_back_the_first(begin, connection, order) -> None:
    session = begin()
    session.answer("skip")
    session.back()
    session.answer("keep")
    assert said(connection) == {IDS[0]: "keep"}
    session.undo()
    assert said(connection) == {IDS[0]: "skip"}
    assert order.told[-1] == (IDS[0], False)
    assert session.tally() == "skipped 1"


def test_looking_on_and_back_decides_nothing(begin, connection) -> None:
    session = begin()
    assert session.back() == "this is the first paper"
    session.onward()
    session.onward()
    assert shown(session) == "Cows"
    session.back()
    assert shown(session) == "Bears"
    session.onward()
    assert shown(session) == "Cows"
    assert said(connection) == {}
    assert "5 left" in session.status()[0]


def test_what_was_looked_past_comes_again_at_the_end(begin) -> None:
    session = begin()
    session.onward()
    for _ in range(4):
        session.answer("skip")
    assert shown(session) == "Apples"
    assert session.onward() == "no other papers are left"
    session.answer("skip")
    assert session.paper is None
    assert session.answer("keep") == "no papers are left: u undoes the last answer, q quits"
    assert session.back() == ""
    assert shown(session) == "Apples"


def test_a_new_order_shows_with_the_next_paper(begin, order) -> None:
    session = begin()
    order.ordering = Ordering(papers=(IDS[4], IDS[3]), learned_from=34)
    assert shown(session) == "Apples"
    session.answer("keep")
    assert shown(session) == "Eels"
    assert "learned from 34 decisions" in session.status()


def test_skipping_a_fold_is_a_decision_each_and_one_undo(begin, connection, order) -> None:
    order.ordering = Ordering(alike={IDS[0]: (IDS[2], IDS[4])})
    session = begin()
    assert session.folded == 2
    assert session.skip_fold() == "skipped and 2 similar: Apples"
    assert said(connection) == dict.fromkeys([IDS[0], IDS[2], IDS[4]], "skip")
    lines = connection.execute("SELECT count(DISTINCT line) FROM journal").fetchone()[0]
    assert lines == 3
    assert session.undo() == "no longer skipped and 2 similar"
    assert said(connection) == {}
    assert session.folded == 2


def test_deciding_the_shown_paper_leaves_its_fold_undecided(begin, connection, order) -> None:
    order.ordering = Ordering(alike={IDS[0]: (IDS[1],)})
    session = begin()
    session.answer("skip")
    assert said(connection) == {IDS[0]: "skip"}
    assert shown(session) == "Bears"


def test_an_unfolded_paper_comes_next(begin, order) -> None:
    order.ordering = Ordering(alike={IDS[0]: (IDS[3],)})
    session = begin()
    assert session.unfold() == "showing 1 similar paper next"
    assert session.unfold() == "no similar papers are folded here"
    session.onward()
    assert shown(session) == "Doves"


def test_a_label_is_no_decision_and_can_be_taken_back(begin, connection) -> None:
    session = begin()
    assert session.label("ood", value=True) == "labelled as ood"
    assert session.label("ood", value=True) == "the label is unchanged"
    assert session.label("ood", value=False) == "labelled as not ood"
    assert session.labelled() == ["ood"]
    assert session.undo() == "undid the label for ood"
    assert session.paper.labels == {"ood": True}
    session.undo()
    assert session.paper.labels == {}
    assert said(connection) == {}


def test_a_search_jumps_within_the_queue_first_and_then_the_cache(begin, connection) -> None:
    store_papers(connection, named_paper("doi:10.1/x", title="Eels of elsewhere"))
    session = begin()
    assert session.search("eels") == "2 matches: / and Enter show the next"
    assert shown(session) == "Eels"
    assert session.search("").endswith("not waiting for a decision")
    assert shown(session) == "Eels of elsewhere"
    session.answer("keep")
    assert said(connection) == {"doi:10.1/x": "keep"}
    assert session.search("zebra") == "no papers match zebra"
    assert session.search('"') != ""


def test_a_busy_cache_changes_nothing_and_the_answer_can_be_given_again(
    begin, connection, order, home
) -> None:
    session = begin()
    with (
        opened(home / "cache.db") as other,
        writing(other),
        patience(connection, longest_wait()),
    ):
        for work in (lambda: session.answer("keep"), lambda: session.label("ood", value=True)):
            with pytest.raises(CacheBusy):
                work()
    assert (shown(session), order.told, session.tally()) == ("Apples", [], "")
    session.answer("keep")
    assert said(connection) == {IDS[0]: "keep"}


def test_a_paper_that_went_away_is_left_out(begin, connection) -> None:
    session = begin()
    connection.execute("DELETE FROM papers WHERE id = ?", (IDS[1],))
    session.answer("skip")
    assert shown(session) == "Cows"


def test_a_paper_that_took_a_better_id_is_decided_under_it(home, order) -> None:
    by_title = named_paper("title:0123456789abcdef", title="The Long Way Home of an Eel")
    with cache_of(home / "cache.db") as connection:
        store_papers(connection, by_title)
        session = Session(Walk([by_title.id]), Answers(connection), order, seconds=Clock())
        store_papers(connection, named_paper("arxiv:2510.00001", title=by_title.title), feed="b")
        session.answer("keep")
        assert said(connection) == {"arxiv:2510.00001": "keep"}
        session.undo()
        assert said(connection) == {}


def catch_up(begin, minutes=1.0, a_minute=2.0):
    clock, budget = Clock(), Budget(minutes, ReadingPace(a_minute, 0))
    return begin(budget.papers, budget=budget, seconds=clock), clock


def passed(connection) -> list[str]:
    return [paper for paper in IDS if passed_at(connection, paper)]


def test_a_finished_list_records_the_rest_as_not_seen_and_not_as_skipped(begin, connection) -> None:
    session, _ = catch_up(begin)
    session.answer("keep")
    session.answer("skip")
    assert session.paper is None
    assert session.finish() == (
        "kept 1, skipped 1; 3 other papers marked as not seen:"
        " `papertriage triage --again` shows them"
    )
    assert passed(connection) == IDS[2:]
    assert said(connection) == {IDS[0]: "keep", IDS[1]: "skip"}


def test_ending_early_records_nothing(begin, connection) -> None:
    session, _ = catch_up(begin)
    session.answer("keep")
    assert session.finish() == "kept 1; ended early: the other papers still wait"
    assert passed(connection) == []


def test_when_the_time_is_up_the_rest_was_not_seen_but_the_paper_on_the_screen_was(
    begin, connection
) -> None:
    session, clock = catch_up(begin)
    clock.now = 61.0
    session.answer("later")
    assert "time is up: q quits" in session.status()
    session.finish()
    assert passed(connection) == IDS[2:]


def test_a_list_that_held_every_paper_leaves_nothing_unseen(begin, connection) -> None:
    session, _ = catch_up(begin, a_minute=60)
    for _ in IDS:
        session.answer("skip")
    assert session.finish() == "skipped 5; every paper was shown"
    assert passed(connection) == []


def test_where_more_wait_than_the_queue_holds_all_but_what_was_shown_are_passed_over(
    begin,
) -> None:
    told: list[tuple[list[str], str]] = []

    def pass_rest(shown, why) -> int:
        told.append((list(shown), why))
        return 982_996

    clock, budget = Clock(), Budget(1, ReadingPace(2, 0))
    session = begin(2, budget=budget, seconds=clock, pass_rest=pass_rest)
    session.answer("keep")
    session.onward()
    assert told == []
    assert session.finish().startswith("kept 1; 982,996 other papers marked as not seen")
    assert told == [(IDS[:2], "catch-up of 1 minute")]


def test_where_more_wait_than_the_queue_holds_the_queue_does_not_stand_for_all(
    begin, connection
) -> None:
    store_papers(connection, named_paper("x:1", title="Foxes"), feed="b")
    assert begin().search("foxes") == "1 match, not waiting for a decision"
    part = begin(pass_rest=lambda _shown, _why: 0)
    assert part.search("foxes") == "1 match, not in this queue"
    assert part.finish() == "nothing decided; 5 papers left in this queue"


def test_an_audit_from_beyond_the_queue_is_numbered_and_comes_again(begin, connection) -> None:
    store_papers(connection, named_paper("x:1", title="Foxes"), feed="b")
    drawn = iter(["x:1"])
    session = begin(draw=lambda _waiting: next(drawn, None))
    assert (shown(session), session.novelty[:5]) == ("Foxes", "audit")
    assert session.status()[0] == "1 of 6, 6 left"
    session.onward()
    for _ in IDS:
        session.answer("skip")
    assert shown(session) == "Foxes"
    session.answer("keep")
    assert was_audit(connection, "x:1")


keys = st.lists(
    st.sampled_from(["keep", "skip", "later", "undo", "onward", "back", "skip_fold", "unfold"])
)


@given(keys)
def test_whatever_is_pressed_the_screen_and_the_journal_agree(tmp_path_factory, pressed) -> None:
    path = tmp_path_factory.mktemp("session") / "cache.db"
    with pytest.MonkeyPatch.context() as patch, cache_of(path, *TITLES) as connection:
        patch.setenv("PAPERTRIAGE_CACHE", str(path))
        order = FakeOrder()
        order.ordering = Ordering(papers=tuple(IDS[::-1]), alike={IDS[4]: [IDS[0], IDS[2]]})
        session = Session(Walk(IDS), Answers(connection), order, seconds=Clock())
        for key in pressed:
            if key in {"keep", "skip", "later"}:
                session.answer(key)
            else:
                getattr(session, key)()
            held = require_papers(connection, IDS)
            assert {h.paper.id: h.decision for h in held if h.decision} == said(connection)
            counts = list(said(connection).values())
            assert session.status()[0].endswith(f"{len(IDS) - len(counts)} left")
            if session.paper:
                assert session.paper.decision == said(connection).get(session.paper.paper.id)
        while not session.undo().startswith("nothing"):
            pass
        assert said(connection) == {}


def test_an_audit_is_marked_and_remembered_with_its_decision(begin, connection) -> None:
    waited: list[list[str]] = []

    def draw(waiting) -> str | None:
        waited.append(list(waiting))
        return IDS[3] if len(waited) == 2 else None

    session = begin(draw=draw)
    assert (shown(session), session.novelty) == ("Apples", "")
    session.answer("keep")
    assert (shown(session), session.novelty[:5]) == ("Doves", "audit")
    assert not was_audit(connection, IDS[3])
    session.answer("skip")
    assert was_audit(connection, IDS[3])
    assert not was_audit(connection, IDS[0])
    assert waited[1] == IDS[1:]
    assert shown(session) == "Bears"


def test_the_advice_to_stop_comes_before_the_tally_and_other_advice_last(begin, order) -> None:
    session = begin()
    order.ordering = Ordering(papers=tuple(IDS), learned_from=9, advice="stop", enough=True)
    session.answer("keep")
    assert session.status()[1:3] == ("stop", "kept 1")
    order.ordering = Ordering(papers=tuple(IDS), learned_from=9, advice="go on")
    session.answer("skip")
    assert session.status()[-1] == "go on"
