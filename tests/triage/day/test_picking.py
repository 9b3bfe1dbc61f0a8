from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builders import make_score
from papertriage.cache.picks import Candidate
from papertriage.ranking.merit import merit
from papertriage.triage.choosing import choose
from papertriage.triage.day.picking import reasons

candidates = st.lists(
    st.builds(
        Candidate,
        paper=st.sampled_from([f"p{n}" for n in range(12)]),
        topic=st.sampled_from(["a", "b", "c"]),
        score=st.just(0.9),
        merit=st.integers(0, 5).map(float),
    ),
    unique_by=lambda c: (c.paper, c.topic),
)


@given(candidates, st.integers(0, 12), st.randoms())
def test_the_best_are_chosen_whatever_order_they_come_in(found, limit: int, order) -> None:
    chosen = choose(found, limit)
    papers = {c.paper for c in found}
    assert len({c.paper for c in chosen}) == len(chosen)
    assert len(chosen) == (min(limit, len(papers)) if limit else len(papers))
    assert [c.merit for c in chosen] == sorted((c.merit for c in chosen), reverse=True)
    shuffled = [*found]
    order.shuffle(shuffled)
    assert choose(shuffled, limit) == chosen


@given(candidates)
def test_no_topic_that_is_a_papers_best_goes_empty_handed(found) -> None:
    topics = {c.topic for c in choose(found, 0)}
    if topics:
        assert {c.topic for c in choose(found, len(topics) * 2)} == topics


def test_a_paper_loses_half_of_its_odds_in_a_week() -> None:
    assert merit(0.8, "2026-11-16T08:00:00Z") == merit(0.4, "2026-11-23T08:00:00Z")
    assert merit(0.0, "2026-11-23T08:00:00Z") < merit(0.1, "2026-11-23T08:00:00Z")


def test_reasons_are_the_strongest_terms_and_the_other_tags() -> None:
    own = make_score(
        "ood",
        evidence=(
            ("shift", 1.0),
            ("distribution shift", 0.9),
            ("(base rate)", 5.0),
            ("x", -1.0),
            ("y", 0.1),
            ("z", 0.2),
        ),
    )
    other = make_score("causality", 0.8, evidence=(("graph", 1.0),))
    bare = make_score("alignment", 0.9, evidence=())
    untagged = make_score("diffusion", 0.1)
    assert reasons([own, other, bare, untagged], "ood") == (
        *("distribution shift", "z", "y"),
        *("also alignment", "also causality: graph"),
    )
    assert reasons([untagged], "ood") == ()
