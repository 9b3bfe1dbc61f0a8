"""Walk through a queue: which paper comes next, which are folded, which are left."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence


class Walk:
    """The papers of a queue, their order, and which of them were seen.

    A paper is open until it is decided, and seen once it was shown. At most `places` papers are
    shown; 0 means no limit.
    """

    def __init__(self, queue: Sequence[str], places: int = 0) -> None:
        """Begin with the papers in the given order."""
        self._order = list(queue)
        self._queue = set(queue)
        self._bounded = bool(places)
        self._open = set(queue)
        self._seen: dict[str, None] = {}
        self._unfolded: dict[str, None] = {}
        self._alike: Mapping[str, Collection[str]] = {}
        self.places = min(places or len(queue), len(queue))

    def __contains__(self, paper: str) -> bool:
        """Return whether a paper belongs to the queue."""
        return paper in self._queue

    def admit(self, paper: str) -> None:
        """Append a paper that was not in the queue."""
        if paper not in self._queue:
            self._order.append(paper)
            self._queue.add(paper)
            self._open.add(paper)
            self.places += not self._bounded

    def reorder(self, papers: Sequence[str], alike: Mapping[str, Collection[str]]) -> None:
        """Move the papers to the front, in this order; the others keep their order behind them."""
        named = dict.fromkeys(paper for paper in papers if paper in self._queue)
        self._order = [*named, *(paper for paper in self._order if paper not in named)]
        self._alike = alike

    def look(self, paper: str) -> None:
        """Mark a paper as seen."""
        if paper in self._queue:
            self._seen.setdefault(paper)

    def close(self, papers: Collection[str]) -> None:
        """Mark papers as decided."""
        self._open.difference_update(papers)

    def reopen(self, papers: Collection[str]) -> None:
        """Mark papers as undecided again."""
        self._open.update(paper for paper in papers if paper in self._queue)

    def fold(self, paper: str) -> list[str]:
        """Return the open papers that are folded behind a paper, most similar first."""
        return [
            other
            for other in self._alike.get(paper, ())
            if other in self._open and other not in self._seen and other not in self._unfolded
        ]

    def unfold(self, paper: str) -> list[str]:
        """Move the papers folded behind a paper to the front, and return them."""
        folded = self.fold(paper)
        self._unfolded = {**dict.fromkeys(folded), **self._unfolded}
        return folded

    def next_unseen(self) -> str | None:
        """Return the next paper to show, or None if no paper or no place is left."""
        if len(self._seen) >= self.places:
            return None
        for paper in self._unfolded:
            if paper in self._open and paper not in self._seen:
                return paper
        folded = {other for paper in self._looked_past() for other in self.fold(paper)}
        fresh = [paper for paper in self._order if self._fresh(paper)]
        # Folded papers come last, so that they are shown even if the paper before is never decided.
        return next((paper for paper in fresh if paper not in folded), next(iter(fresh), None))

    def next_looked_past(self, after: str | None) -> str | None:
        """Return the next paper that was seen but not decided, starting over after the last."""
        open_ = list(self._looked_past())
        if after in open_:
            place = open_.index(after) + 1
            open_ = [*open_[place:], *open_[: place - 1]]
        return open_[0] if open_ else None

    def place(self, paper: str) -> int:
        """Return the position of a paper in the order shown, from 1; 0 if it was not shown."""
        return list(self._seen).index(paper) + 1 if paper in self._seen else 0

    def left(self) -> int:
        """Return how many papers are left to decide, within the places."""
        unseen = sum(self._fresh(paper) for paper in self._order)
        return min(unseen, max(0, self.places - len(self._seen))) + sum(
            1 for _ in self._looked_past()
        )

    def unseen(self) -> list[str]:
        """Return the open papers that were never shown."""
        return [paper for paper in self._order if self._fresh(paper)]

    def _fresh(self, paper: str) -> bool:
        return paper in self._open and paper not in self._seen

    def _looked_past(self) -> Iterator[str]:
        return (paper for paper in self._seen if paper in self._open)
