"""Run a finished review: ask for the top paper, learn its label, until all are found."""

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
# The advice is asked for whenever another hundredth of the papers was read.
_LOOKS = 100


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the advice was to stop: papers read, the recall there, and the share of all papers."""

    at: int
    recall: float
    read: float


@dataclass(frozen=True, slots=True)
class SimulatedReview:
    """What a replay has asked, prior rows first, and how good that order was."""

    n: int
    relevant: int
    prior: tuple[int, ...]
    seed: int | None
    """What drew the prior rows; None where they were given."""
    steps: int
    """Papers asked for after the prior ones."""
    loss: float
    recall10: float
    wss95: float
    ms_per_step: float
    """CPU time of a mean step: find the top paper, learn its label."""
    prepare_ms: float
    """CPU time of reading the texts, once."""
    stop: Stop
    order: tuple[int, ...]
    """Row numbers, from 0."""


def prior_rows(given: str, review: Review) -> tuple[int, ...]:
    """Read "801,127": rows from 0, relevant and irrelevant ones; raises InputError."""
    cells = [cell.strip() for cell in given.split(",")]
    if not all(_ROW.fullmatch(cell) for cell in cells):
        msg = f"--prior {given!r}: expected row numbers between commas, such as 801,127"
        raise InputError(msg)
    rows = tuple(int(cell) for cell in cells)
    count = len(review.texts)
    beyond = next((row for row in rows if row >= count), None)
    if beyond is not None:
        msg = f"--prior {given!r}: no row {beyond}, the rows are 0 to {count - 1}"
        raise InputError(msg)
    if len(set(rows)) < len(rows):
        msg = f"--prior {given!r}: the same row twice"
        raise InputError(msg)
    kinds = {review.relevant[row] for row in rows}
    if len(kinds) == 1:
        kind, other = ("relevant", "irrelevant") if kinds == {True} else ("irrelevant", "relevant")
        msg = f"--prior {given!r}: only {kind} rows, at least one {other} row is needed too"
        raise InputError(msg)
    return rows


def drawn_rows(review: Review, seed: int) -> tuple[int, int]:
    """Draw a relevant and an irrelevant row."""
    chance = random.Random(seed)  # noqa: S311 - for choosing, not for secrets
    relevant = [row for row, yes in enumerate(review.relevant) if yes]
    irrelevant = [row for row, yes in enumerate(review.relevant) if not yes]
    return chance.choice(relevant), chance.choice(irrelevant)


def check_review(review: Review) -> None:
    """Raise InputError where a review has nothing to find, or nothing to tell it from."""
    count = sum(review.relevant)
    if count == 0:
        msg = "no row is labelled relevant: there is nothing to find"
        raise InputError(msg)
    if count == len(review.relevant):
        msg = "no row is labelled irrelevant: there is nothing to tell the relevant ones from"
        raise InputError(msg)


def simulate(
    review: Review,
    prior: tuple[int, ...],
    seed: int | None,
    clock: Callable[[], float],
    found: Callable[[int], object],
) -> SimulatedReview:
    """Ask and learn, beginning with the prior rows; call found(1) for each relevant paper.

    `clock` tells seconds.
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
    """Ask after each hundredth of the papers whether enough was read."""

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
        """Take in an answer that the ranker knows."""
        self._reading.answer(row, relevant=self._review.relevant[row])
        self._read += 1
        if self._stop is None and self._read % self._step == 0:
            self._reading.look(self._ranker.margins().tolist())
            if self._reading.advice().enough:
                self._stop = self._read

    def stop(self) -> Stop:
        """Return where to stop, reading on where all relevant papers were found before that."""
        while self._stop is None and self._read < self._papers:
            # A hundredth at a time: irrelevant answers alone change the order little.
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
