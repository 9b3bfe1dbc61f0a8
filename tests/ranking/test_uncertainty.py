from __future__ import annotations

from papertriage.ranking.uncertainty import boundary, most_uncertain


def test_the_boundary_lies_half_way_between_kept_and_skipped() -> None:
    assert boundary([3.0, 5.0], [-2.0]) == 1.0


def test_what_is_nearest_to_the_boundary_is_asked_first() -> None:
    scores = [4.0, -4.0, 3.0, 0.5, -1.0]
    assert most_uncertain(scores, [2, 3, 4], kept=[0], skipped=[1]) == [3, 4, 2]
