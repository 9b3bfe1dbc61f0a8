"""Simulate a finished review: read the top paper and learn its label until all are found."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papertriage.errors import InputError
from papertriage.files.review import Review
from papertriage.ranking import measures
from papertriage.ranking.stopping import StoppingAdviser

if TYPE_CHECKING:
    from papertriage.ranking.ranker import Ranker

_ROW = re.compile("[0-9]{1,9}")
# The advice to stop is checked after each hundredth of the papers.
_LOOKS = 100


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the advice was to stop: papers read, recall, and the share of papers read."""

    at: int
    recall: float
    read: float


@dataclass(frozen=True, slots=True)
class SimulatedReview:
    """The result of a simulation: the order of reading, prior rows first, and its measures."""

    n: int
    relevant: int
    prior: tuple[int, ...]
    seed: int | None
    """The seed that chose the prior rows; None if they were given."""
    steps: int
    """Papers read after the prior ones."""
    loss: float
    recall10: float
    wss95: float
    ms_per_step: float
    """Mean CPU time of a step: find the top paper, learn its label."""
    prepare_ms: float
    """CPU time of preparing the texts, once."""
    stop: Stop
    order: tuple[int, ...]
    """Row numbers, from 0."""


def prior_rows(given: str, review: Review) -> tuple[int, ...]:
    """Parse rows such as "801,127", which must be relevant and irrelevant; raises InputError."""
    cells = [cell.strip() for cell in given.split(",")]
    if not all(_ROW.fullmatch(cell) for cell in cells):
        msg = f"invalid --prior {given!r}: use row numbers separated by commas, such as 801,127"
        raise InputError(msg)
    rows = tuple(int(cell) for cell in cells)
    count = len(review.texts)
    beyond = next((row for row in rows if row >= count), None)
    if beyond is not None:
        msg = f"invalid --prior {given!r}: there is no row {beyond}, use 0 to {count - 1}"
        raise InputError(msg)
    if len(set(rows)) < len(rows):
        msg = f"invalid --prior {given!r}: it contains a row twice"
        raise InputError(msg)
    kinds = {review.relevant[row] for row in rows}
    if len(kinds) == 1:
        kind, other = ("relevant", "irrelevant") if kinds == {True} else ("irrelevant", "relevant")
        msg = f"invalid --prior {given!r}: all rows are {kind}, add one that is {other}"
        raise InputError(msg)
    return rows


def drawn_rows(review: Review, seed: int) -> tuple[int, int]:
    """Choose a relevant and an irrelevant row at random."""
    chance = random.Random(seed)  # noqa: S311 - for choosing, not for secrets
    relevant = [row for row, yes in enumerate(review.relevant) if yes]
    irrelevant = [row for row, yes in enumerate(review.relevant) if not yes]
    return chance.choice(relevant), chance.choice(irrelevant)


def check_review(review: Review) -> None:
    """Raise InputError unless a review has both relevant and irrelevant rows."""
    count = sum(review.relevant)
    if count == 0:
        msg = "no row is labelled relevant: there is nothing to find"
        raise InputError(msg)
    if count == len(review.relevant):
        msg = "no row is labelled irrelevant: there is nothing to learn from"
        raise InputError(msg)


def simulate(
    review: Review,
    prior: tuple[int, ...],
    seed: int | None,
    clock: Callable[[], float],
    found: Callable[[int], object],
) -> SimulatedReview:
    """Run the simulation from the prior rows; call found(1) for each relevant paper.

    `clock` returns seconds.
    """
    from papertriage.ranking.ranker import Ranker

    begun = clock()
    ranker = Ranker(review.texts)
    ready = clock()
    for row in prior:
        ranker.answer(row, relevant=review.relevant[row])
    order = list(prior)
    watch = _Watch(review, ranker, prior)
    left = sum(review.relevant) - sum(review.relevant[row] for row in prior)
    while left and (best := ranker.best()) is not None:
        relevant = review.relevant[best]
        ranker.answer(best, relevant=relevant)
        order.append(best)
        watch.answered(best)
        if relevant:
            left -= 1
            found(1)
    spent = clock() - ready
    stop = watch.stop()
    labels = labels_in(order, review)
    steps = len(order) - len(prior)
    return SimulatedReview(
        n=len(labels),
        relevant=sum(labels),
        prior=prior,
        seed=seed,
        steps=steps,
        loss=round(measures.loss(labels), 6),
        recall10=round(measures.recall(labels), 6),
        wss95=round(measures.work_saved(labels), 6),
        ms_per_step=round(1000 * spent / steps, 3) if steps else 0.0,
        prepare_ms=round(1000 * (ready - begun), 1),
        stop=stop,
        order=tuple(order),
    )


class _Watch:
    """Checks the advice to stop after each hundredth of the papers."""

    def __init__(self, review: Review, ranker: Ranker, prior: tuple[int, ...]) -> None:
        self._review, self._ranker = review, ranker
        self._papers = len(review.texts)
        self._step = max(1, self._papers // _LOOKS)
        self._reading = StoppingAdviser(range(self._papers))
        self._read = 0
        self._stop: int | None = None
        for row in prior:
            self.answered(row)

    def answered(self, row: int) -> None:
        """Record an answer that was given to the ranker."""
        self._reading.answer(row, relevant=self._review.relevant[row])
        self._read += 1
        if self._stop is None and self._read % self._step == 0:
            self._reading.look(self._ranker.margins().tolist())
            if self._reading.advice().enough:
                self._stop = self._read

    def stop(self) -> Stop:
        """Return where to stop, reading on if all relevant papers were found before that."""
        while self._stop is None and self._read < self._papers:
            # Rank once per hundredth: irrelevant answers alone hardly change the order.
            scores = self._ranker.scores().tolist()
            unread = sorted(self._reading.unread, key=lambda row: -scores[row])
            for row in unread[: self._step - self._read % self._step]:
                self._ranker.answer(row, relevant=self._review.relevant[row])
                self.answered(row)
        at = self._papers if self._stop is None else self._stop
        recall = sum(self._reading.relevant[:at]) / sum(self._review.relevant)
        return Stop(at, round(recall, 6), round(at / self._papers, 6))


def labels_in(order: Sequence[int], review: Review) -> list[bool]:
    """Return the labels in the order of reading; unread papers, all irrelevant, come last."""
    unread = len(review.relevant) - len(order)
    return [review.relevant[row] for row in order] + [False] * unread
