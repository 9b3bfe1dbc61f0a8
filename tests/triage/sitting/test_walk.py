from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from papertriage.triage.sitting.walk import Walk


def shown(walk: Walk) -> list[str]:
    papers = []
    while paper := walk.next_unseen():
        walk.look(paper)
        papers.append(paper)
    return papers


def test_papers_come_in_the_order_of_the_queue() -> None:
    assert shown(Walk(["a", "b", "c"])) == ["a", "b", "c"]


def test_a_new_order_counts_for_what_was_not_shown_yet() -> None:
    walk = Walk(["a", "b", "c", "d"])
    walk.look("a")
    walk.reorder(["d", "a", "stranger"], {})
    assert shown(walk) == ["d", "b", "c"]


def test_places_bound_what_is_shown_and_not_what_is_left_unseen() -> None:
    walk = Walk(["a", "b", "c"], places=2)
    assert walk.left() == 2
    assert shown(walk) == ["a", "b"]
    walk.close(["a"])
    assert walk.left() == 1
    assert walk.unseen() == ["c"]


def test_a_paper_from_beyond_the_queue_comes_last_and_takes_a_place() -> None:
    walk, bounded = Walk(["a", "b"]), Walk(["a", "b"], places=2)
    for one in (walk, bounded):
        one.admit("c")
        one.admit("a")
        assert "c" in one
    assert (walk.places, shown(walk)) == (3, ["a", "b", "c"])
    assert (bounded.places, shown(bounded)) == (2, ["a", "b"])


def test_look_alikes_stand_folded_until_the_paper_before_them_is_decided() -> None:
    walk = Walk(["a", "b", "c"])
    walk.reorder([], {"a": ["b"], "b": ["a"]})
    walk.look("a")
    assert walk.fold("a") == ["b"]
    assert walk.next_unseen() == "c"
    walk.close(["a"])
    assert walk.next_unseen() == "b"


def test_what_is_unfolded_comes_next() -> None:
    walk = Walk(["a", "b", "c", "d"])
    walk.reorder([], {"a": ["d", "c"]})
    walk.look("a")
    assert walk.unfold("a") == ["d", "c"]
    assert walk.fold("a") == []
    assert shown(walk) == ["d", "c", "b"]


def test_papers_that_were_looked_past_come_in_rounds() -> None:
    walk = Walk(["a", "b", "c"])
    shown(walk)
    walk.close(["b"])
    assert walk.next_looked_past("a") == "c"
    assert walk.next_looked_past("c") == "a"
    walk.close(["a", "c"])
    assert walk.next_looked_past(None) is None


papers = st.sampled_from("abcdefgh")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("look"), papers),
        st.tuples(st.just("close"), st.lists(papers)),
        st.tuples(st.just("reopen"), st.lists(papers)),
        st.tuples(st.just("unfold"), papers),
        st.tuples(
            st.just("reorder"),
            st.lists(papers),
            st.dictionaries(papers, st.lists(papers, unique=True)),
        ),
    )
)


@given(steps, st.integers(0, 6))
def test_no_paper_is_ever_lost_and_none_comes_twice(done, places: int) -> None:
    queue = list("abcdef")
    walk = Walk(queue, places)
    closed: set[str] = set()
    for name, *given_ in done:
        getattr(walk, name)(*given_)
        closed = closed | set(given_[0]) if name == "close" else closed
        closed = closed - set(given_[0]) if name == "reopen" else closed
        following = walk.next_unseen()
        assert following is None or (following in queue and following not in closed)
        assert walk.left() >= 0
    walk.places = len(queue)
    seen_before = {paper for paper in queue if walk.place(paper)}
    came = []
    while paper := walk.next_unseen() or walk.next_looked_past(None):
        came.append(paper)
        walk.look(paper)
        walk.close([paper])
    assert sorted(came) == sorted(set(queue) - closed)
    assert seen_before <= {paper for paper in queue if walk.place(paper)}
