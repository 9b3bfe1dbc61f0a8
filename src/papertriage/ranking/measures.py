"""Measure a finished review as ASReview does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def loss(labels: Sequence[bool]) -> float:
    """Return the area between the ideal and the achieved recall curve: 0 is ideal, 1 is worst.

    `labels` are those of all papers in reading order: the prior ones first, as in a simulation's
    results, and the unread ones last. The formula is that of ASReview 3.0, metrics.loss; the loss
    printed at the end of its simulation leaves out the prior papers, and so is slightly higher
    (0.0741 instead of 0.0730 on one review). Raises ValueError if all labels are the same.
    """
    relevant, papers = sum(labels), len(labels)
    if relevant in (0, papers):
        msg = "the loss needs relevant and irrelevant papers"
        raise ValueError(msg)
    ideal = relevant * (papers - (relevant - 1) / 2)
    return (ideal - sum(accumulate(labels))) / (relevant * (papers - relevant))


def recall(labels: Sequence[bool], percent: int = 10) -> float:
    """Return the share of the relevant papers in the first `percent` of all, rounded down.

    Prior papers count as read, as in ASReview Insights.
    """
    return sum(labels[: percent * len(labels) // 100]) / sum(labels)


def work_saved(labels: Sequence[bool], percent: int = 95) -> float:
    """Return the work saved over sampling (WSS): the share unread at this recall, minus chance.

    Cohen et al. 2006, JAMIA 13, 206-219: unread / all - (1 - recall), once `percent` of the
    relevant papers, rounded up, were read. ASReview Insights compares with a reader in random
    order instead, which gives some 0.02 more.
    """
    wanted = -(-percent * sum(labels) // 100)
    found = accumulate(labels)
    read = next(number for number, count in enumerate(found, 1) if count >= wanted)
    return (len(labels) - read) / len(labels) - (100 - percent) / 100
