"""Reorder the queue on a background thread as the reader answers."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from papertriage.cache.queue import Judged
from papertriage.ranking.stopping import StoppingAdviser
from papertriage.text import counted, visible
from papertriage.topics.labelled import Text

# Measured on 1,399 arXiv abstracts of October 2025 and 1,400 of machine-learning venues, 2021 to
# 2024. At 0.15 and at 0.18, ten of ten random pairs were on the same subject, at 0.11 three of
# five. At 0.15, 10% and 20% of the papers have a similar paper, and none has more than five.
LOOK_ALIKE = 0.15
"""The cosine similarity from which papers are folded together."""
# After 20 kept papers on one subject, 8% of the rest are below 0.025 and 1% above 0.12; after 50,
# 2% and 2%. With fewer than 20, most papers are unlike all of them.
CLOSE, UNLIKE = 0.12, 0.025
"""A paper is close to a kept one above the first cosine, and unlike all below the second."""
_ENOUGH_KEPT = 20
_SPREAD = 100
_TITLE = 55
_PATIENCE_S = 0.3
_TURN_S = 0.001


class LearningRanker(Protocol):
    """What an orderer needs of a ranker (papertriage.ranking.ranker.Ranker)."""

    def answer(self, row: int, *, relevant: bool) -> None:
        """Learn that a paper was kept or skipped."""

    def take_back(self, row: int) -> None:
        """Forget the answer for a paper."""

    def scores(self) -> Any:  # noqa: ANN401 - a numpy array, and numpy is not imported here
        """Return a score for every row."""

    def margins(self) -> Any:  # noqa: ANN401 - as above
        """Return a margin for every row, for the advice to stop."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """What was learned so far: the order of the papers, and which are similar.

    `learned_from` is the number of decisions behind the order, 0 while it is still that of `today`.
    `novelty` holds sentences for some papers; `enough` means that the advice is to stop.
    """

    papers: tuple[str, ...] = ()
    learned_from: int = 0
    alike: Mapping[str, Sequence[str]] = field(default_factory=dict)
    novelty: Mapping[str, str] = field(default_factory=dict)
    doing: str = ""
    advice: str = ""
    enough: bool = False


class Orderer:
    """A thread that learns from answers and provides orderings; calls to it never wait."""

    def __init__(
        self,
        material: Callable[[], tuple[Sequence[Judged], Sequence[Judged]]],
        ranker: Callable[[Sequence[Text]], LearningRanker],
        *,
        uncertain: bool = False,
        of_part: bool = False,
    ) -> None:
        """Set the functions that read (the queue, judged papers) and that create a ranker.

        With `of_part`, more papers wait than are ranked, and the advice says so.
        """
        self._material, self._make, self._uncertain = material, ranker, uncertain
        self.of_part = of_part
        self._told: queue.SimpleQueue[tuple[str, bool | None] | None] = queue.SimpleQueue()
        self._latest = Ordering(doing="reading the queue")
        self._thread = threading.Thread(target=self._run, name="ordering", daemon=True)

    def start(self) -> None:
        """Start reading and learning."""
        # Switch threads more often, so that keys do not wait while the ranker is built.
        sys.setswitchinterval(_TURN_S)
        self._thread.start()

    def tell(self, paper: str, kept: bool | None) -> None:
        """Report that a paper was kept (True), skipped (False) or neither any more (None)."""
        self._told.put((paper, kept))

    def latest(self) -> Ordering:
        """Return the newest ordering, without waiting."""
        return self._latest

    def stop(self) -> None:
        """Stop the thread, or leave it to the end of the process if it is in a long computation."""
        self._told.put(None)
        if self._thread.is_alive():
            self._thread.join(_PATIENCE_S)

    def _run(self) -> None:
        try:
            self._learn()
        except Exception as error:  # noqa: BLE001 - triage continues in the order it has, and shows the error
            self._latest = replace(
                self._latest, doing=f"learning failed: {type(error).__name__}: {error}"
            )

    def _learn(self) -> None:
        waiting, judged = self._material()
        pool = _Pool(waiting, judged, self._make, uncertain=self._uncertain)
        pool.of_part = self.of_part
        self._latest = replace(self._latest, doing="learning")
        open_ = True
        while open_:
            for step in pool.steps(self._latest):
                self._latest = step
                if not self._told.empty():
                    break
            open_ = self._hear(pool)

    def _hear(self, pool: _Pool) -> bool:
        """Wait for an answer, then take all there are; return False when the session is over."""
        told = self._told.get()
        while told is not None:
            pool.hear(*told)
            if self._told.empty():
                return True
            told = self._told.get()
        return False


class _Pool:
    """The papers that are ranked together, with the answers for them."""

    def __init__(
        self,
        waiting: Sequence[Judged],
        judged: Sequence[Judged],
        ranker: Callable[[Sequence[Text]], LearningRanker],
        *,
        uncertain: bool,
    ) -> None:
        ids = {paper.id for paper in waiting}
        self.papers = [*waiting, *(paper for paper in judged if paper.id not in ids)]
        self.own = list(range(len(waiting)))
        self.rows = {paper.id: row for row, paper in enumerate(self.papers)}
        self.reading = StoppingAdviser(self.own)
        self.said = {row: p.kept for row, p in enumerate(self.papers) if p.kept is not None}
        self.told: dict[int, bool] = {}
        self.texts = [Text(paper.title, paper.abstract) for paper in self.papers]
        self.make, self.uncertain = ranker, uncertain
        self.ranker: LearningRanker | None = None
        self.likeness: Any = None
        self.alike: dict[str, list[str]] = {}
        self.of_part = False

    def hear(self, paper: str, kept: bool | None) -> None:
        """Record an answer; papers outside the pool are left to the next session."""
        row = self.rows.get(paper)
        if row is None:
            return
        if kept is None:
            self.said.pop(row, None)
        else:
            self.said[row] = kept

    def steps(self, last: Ordering) -> Any:  # noqa: ANN401 - Iterator[Ordering]
        """Yield an ordering after each piece of work, the most urgent first."""
        if self._both_kinds():
            last = self._ranked(last)
            yield last
        if self.likeness is None:
            self._compare()
            last = replace(last, alike=self.alike)
            yield last
        if self.uncertain and not self._both_kinds():
            chosen = self.likeness.spread(self.own, list(self.said), _SPREAD)
            last = replace(last, papers=self._ids(chosen))
        yield replace(last, novelty=self._novelty(), doing="")

    def _both_kinds(self) -> bool:
        return len(set(self.said.values())) > 1

    def _ids(self, rows: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.papers[row].id for row in rows)

    def _ranked(self, last: Ordering) -> Ordering:
        if self.ranker is None:
            self.ranker = self.make(self.texts)
        for row in [row for row in self.told if row not in self.said]:
            self.ranker.take_back(row)
            self.reading.take_back(row)
            del self.told[row]
        for row, kept in self.said.items():
            if self.told.get(row) != kept:
                if row in self.told:
                    self.ranker.take_back(row)
                self.ranker.answer(row, relevant=kept)
                self.reading.answer(row, relevant=kept)
                self.told[row] = kept
        scores = [float(score) for score in self.ranker.scores()]
        self.reading.look([float(margin) for margin in self.ranker.margins()])
        if self.uncertain:
            from papertriage.ranking.uncertainty import most_uncertain

            kept_rows = [row for row, kept in self.said.items() if kept]
            skipped = [row for row, kept in self.said.items() if not kept]
            order = most_uncertain(scores, self.own, kept_rows, skipped)
        else:
            order = sorted(self.own, key=lambda row: (-scores[row], row))
        # The bounds assume papers read in order of score, which uncertainty sampling is not.
        advice = None if self.uncertain else self.reading.advice()
        return replace(
            last,
            papers=self._ids(order),
            learned_from=len(self.said),
            advice=self._said(advice.text) if advice else "",
            enough=bool(advice and advice.enough),
        )

    def _said(self, advice: str) -> str:
        return f"best {len(self.own):,}: {advice}" if self.of_part else advice

    def _compare(self) -> None:
        from papertriage.ranking.likeness import Likeness

        self.likeness = Likeness(self.texts)
        found = self.likeness.look_alikes(self.own, LOOK_ALIKE)
        self.alike = {
            self.papers[row].id: [self.papers[other].id for other in others]
            for row, others in found.items()
        }

    def _novelty(self) -> dict[str, str]:
        kept = [row for row, keep in self.said.items() if keep]
        said = {}
        for row, (other, cosine) in zip(
            self.own, self.likeness.closest(self.own, kept), strict=False
        ):
            if row == other:
                continue
            if cosine >= CLOSE:
                said[self.papers[row].id] = (
                    f"close to: {visible(self.papers[other].title, _TITLE)} (kept)"
                )
            elif cosine < UNLIKE and len(kept) >= _ENOUGH_KEPT:
                said[self.papers[row].id] = f"unlike {counted(len(kept), 'paper')} you kept"
        return said
