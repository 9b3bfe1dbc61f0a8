"""Reorder the queue in the background as answers come in."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from papertriage.cache.queue import Judged
from papertriage.ranking.stopping import Reading
from papertriage.text import counted, visible
from papertriage.topics.labelled import Text

# Cosines measured on 1,399 abstracts of arXiv, October 2025, and on 1,400 of machine-learning
# venues, 2021 to 2024. At 0.15 and at 0.18 all of ten pairs drawn were on one subject (Gaussian
# avatars, temporal understanding of video models), at 0.11 three of five. From 0.15 on, 10% and 20%
# of the papers have a look-alike, and none has more than five.
LOOK_ALIKE = 0.15
"""The cosine from which papers are folded together."""
# After 20 kept papers of one subject, 8% of the rest are under 0.025 and 1% above 0.12; after 50,
# 2% and 2%. With fewer than 20 kept, most papers are unlike all of them.
CLOSE, UNLIKE = 0.12, 0.025
"""The cosines from which a paper is close to a kept one, and under which it is unlike all."""
_ENOUGH_KEPT = 20
_SPREAD = 100
_TITLE = 55
_PATIENCE_S = 0.3
_TURN_S = 0.001


class Ranker(Protocol):
    """What ranks papers: papertriage.ranking.ranker.Ranker."""

    def answer(self, row: int, *, relevant: bool) -> None:
        """Learn that a paper was kept or skipped."""

    def take_back(self, row: int) -> None:
        """Forget what was said of a paper."""

    def scores(self) -> Any:  # noqa: ANN401 - a numpy array, which is named only behind its door
        """Return a score for every row."""

    def margins(self) -> Any:  # noqa: ANN401 - as above
        """Return a decision value for every row, which the advice to stop goes by."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """What has been learned so far: an order of papers, and how they lie to each other.

    learned_from counts the decisions behind the order, 0 while it is still that of `today`.
    novelty is a sentence for each paper that has one; enough says that the advice is to stop.
    """

    papers: tuple[str, ...] = ()
    learned_from: int = 0
    alike: Mapping[str, Sequence[str]] = field(default_factory=dict)
    novelty: Mapping[str, str] = field(default_factory=dict)
    doing: str = ""
    advice: str = ""
    enough: bool = False


class Orderer:
    """A thread that is told answers and gives orders; nobody ever waits for it."""

    def __init__(
        self,
        material: Callable[[], tuple[Sequence[Judged], Sequence[Judged]]],
        ranker: Callable[[Sequence[Text]], Ranker],
        *,
        uncertain: bool = False,
        of_part: bool = False,
    ) -> None:
        """Take what reads (the queue, what was judged before) and what makes a ranker of texts.

        of_part: more papers wait than are read, which any advice then says.
        """
        self._material, self._make, self._uncertain = material, ranker, uncertain
        self.of_part = of_part
        self._told: queue.SimpleQueue[tuple[str, bool | None] | None] = queue.SimpleQueue()
        self._latest = Ordering(doing="reading the queue")
        self._thread = threading.Thread(target=self._run, name="ordering", daemon=True)

    def start(self) -> None:
        """Begin to read and learn."""
        # Shorter turns than the interpreter's own: keys do not wait while the ranker is built.
        sys.setswitchinterval(_TURN_S)
        self._thread.start()

    def tell(self, paper: str, kept: bool | None) -> None:
        """Say that a paper was kept (True), skipped (False), or that neither holds any more."""
        self._told.put((paper, kept))

    def latest(self) -> Ordering:
        """Return the newest order there is, at once."""
        return self._latest

    def stop(self) -> None:
        """End the thread; a long sum that it is in is left to the end of the process."""
        self._told.put(None)
        if self._thread.is_alive():
            self._thread.join(_PATIENCE_S)

    def _run(self) -> None:
        try:
            self._learn()
        except Exception as error:  # noqa: BLE001 - triage goes on in the order it has, and says why
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
        """Wait for an answer, then take all that have come; False when the session is over."""
        told = self._told.get()
        while told is not None:
            pool.hear(*told)
            if self._told.empty():
                return True
            told = self._told.get()
        return False


class _Pool:
    """The papers that are ranked together, with what was said of each."""

    def __init__(
        self,
        waiting: Sequence[Judged],
        judged: Sequence[Judged],
        ranker: Callable[[Sequence[Text]], Ranker],
        *,
        uncertain: bool,
    ) -> None:
        ids = {paper.id for paper in waiting}
        self.papers = [*waiting, *(paper for paper in judged if paper.id not in ids)]
        self.own = list(range(len(waiting)))
        self.rows = {paper.id: row for row, paper in enumerate(self.papers)}
        self.reading = Reading(self.own)
        self.said = {row: p.kept for row, p in enumerate(self.papers) if p.kept is not None}
        self.told: dict[int, bool] = {}
        self.texts = [Text(paper.title, paper.abstract) for paper in self.papers]
        self.make, self.uncertain = ranker, uncertain
        self.ranker: Ranker | None = None
        self.likeness: Any = None
        self.alike: dict[str, list[str]] = {}
        self.of_part = False

    def hear(self, paper: str, kept: bool | None) -> None:
        """Note an answer; of a paper outside the pool the next session learns."""
        row = self.rows.get(paper)
        if row is None:
            return
        if kept is None:
            self.said.pop(row, None)
        else:
            self.said[row] = kept

    def steps(self, last: Ordering) -> Any:  # noqa: ANN401 - Iterator[Ordering]
        """Yield what is known after each piece of work, the quickest to matter first."""
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
        # What teaches most is no draw that finds more than chance would.
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
