from __future__ import annotations

import pytest

from papertriage.ranking.measures import loss, recall, work_saved


def test_the_loss_is_the_share_of_the_area_that_was_lost():
    assert loss([True, True, False, False]) == 0
    assert loss([False, False, True, True]) == 1
    # The recall curve runs 1, 1, 2, 2 instead of 1, 2, 2, 2: one of four squares is lost.
    assert loss([True, False, True, False]) == 0.25
    assert loss([False, True, False]) == 0.5


@pytest.mark.parametrize("labels", [[True], [False, False], []])
def test_one_kind_of_paper_has_no_loss(labels):
    with pytest.raises(ValueError, match="relevant and irrelevant"):
        loss(labels)


def test_recall_counts_what_stands_in_the_first_tenth_rounded_down():
    assert recall([True] + [False] * 8 + [True]) == 0.5
    assert recall([True] + [False] * 18) == 1
    assert recall([False, True] + [False] * 17) == 0
    assert recall([True, False, False, True], percent=50) == 0.5


def test_work_saved_is_what_stays_unread_less_what_chance_would_leave():
    # 95 % of 20 are 19, found after reading 19 of 100.
    assert work_saved([True] * 19 + [False] * 80 + [True]) == pytest.approx(0.81 - 0.05)
    # 95 % of 3 are all 3, found at the end.
    assert work_saved([True, True, False, True]) == pytest.approx(-0.05)
    assert work_saved([True] * 4 + [False] * 6, percent=50) == pytest.approx(0.8 - 0.5)
