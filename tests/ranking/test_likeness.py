from __future__ import annotations

import pytest

from papertriage.ranking.likeness import Likeness
from papertriage.topics.labelled import Text

TEXTS = [
    Text("Sheep that graze on hills", "We count the sheep that graze on green hills by drone."),
    Text("Sheep that graze in valleys", "We count the sheep that graze in valleys by drone."),
    Text("Sheep that graze on hills", "We count the sheep that graze on green hills by drone."),
    Text("Violins of the eighteenth century", "Old violins are measured by sound and varnish."),
    Text("Varnish of old violins", "The sound of violins depends on varnish, as measured."),
]


@pytest.fixture(scope="module")
def likeness() -> Likeness:
    return Likeness(TEXTS)


def test_look_alikes_come_closest_first_and_no_paper_is_its_own(likeness) -> None:
    found = likeness.look_alikes([0, 1, 2, 3, 4], 0.2)
    assert found[0] == [2, 1]
    assert found[3] == [4]


def test_only_the_rows_asked_for_are_compared(likeness) -> None:
    assert likeness.look_alikes([0, 3], 0.2) == {}


def test_the_closest_is_found_among_those_given(likeness) -> None:
    ((row, cosine),) = likeness.closest([0], [3, 1])
    assert row == 1
    assert 0.2 < cosine < 1
    assert likeness.closest([0], [2])[0][1] == pytest.approx(1.0)
    assert likeness.closest([0], []) == likeness.closest([], [0]) == []


def test_a_spread_begins_with_what_is_least_like_the_known(likeness) -> None:
    assert likeness.spread([1, 2, 3, 4], [0], 1) in ([3], [4])
    chosen = likeness.spread([0, 1, 2, 3, 4], [], 5)
    assert chosen[0] == 0
    assert set(chosen[:2]) & {3, 4}
    assert sorted(chosen) == [0, 1, 2, 3, 4]


def test_papers_without_a_term_are_like_nothing() -> None:
    likeness = Likeness([Text("", None), Text("中", ""), *TEXTS])
    assert 0 not in likeness.look_alikes(list(range(7)), 0.01)
    assert likeness.spread([0, 1], [], 2) == [0, 1]
