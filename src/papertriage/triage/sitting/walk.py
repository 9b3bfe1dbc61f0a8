"""Walk through a queue: which paper comes next, which are folded, which are left."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence


class Walk:
    """The papers of a queue, the order they come in, and what was seen of them.

    A paper is open until it is decided, and seen once it has been on the screen. places is how
    many papers may be seen in all; 0 is no bound.
    """

    def __init__(self, queue: Sequence[str], places: int = 0) -> None:
        """Begin with the papers in the order given."""
        self._order = list(queue)
        self._queue = set(queue)
        self._bounded = bool(places)
        self._open = set(queue)
        self._seen: dict[str, None] = {}
        self._unfolded: dict[str, None] = {}
        self._alike: Mapping[str, Collection[str]] = {}
        self.places = min(places or len(queue), len(queue))

    def __contains__(self, paper: str) -> bool:
        """Say whether a paper belongs to the queue."""
        return paper in self._queue

    def admit(self, paper: str) -> None:
        """Take in a paper from beyond the queue, as the last."""
        if paper not in self._queue:
            self._order.append(paper)
            self._queue.add(paper)
            self._open.add(paper)
            self.places += not self._bounded

    def reorder(self, papers: Sequence[str], alike: Mapping[str, Collection[str]]) -> None:
        """Put the papers first, in this order; the others keep their places behind them."""
        named = dict.fromkeys(paper for paper in papers if paper in self._queue)
        self._order = [*named, *(paper for paper in self._order if paper not in named)]
        self._alike = alike

    def look(self, paper: str) -> None:
        """Note that a paper is on the screen."""
        if paper in self._queue:
            self._seen.setdefault(paper)

    def close(self, papers: Collection[str]) -> None:
        """Note that papers are decided."""
        self._open.difference_update(papers)

    def reopen(self, papers: Collection[str]) -> None:
        """Note that papers are undecided again."""
        self._open.update(paper for paper in papers if paper in self._queue)

    def fold(self, paper: str) -> list[str]:
        """Return the open papers that stand folded behind one, closest first."""
        return [
            other
            for other in self._alike.get(paper, ())
            if other in self._open and other not in self._seen and other not in self._unfolded
        ]

    def unfold(self, paper: str) -> list[str]:
        """Let the papers folded behind one come next, and return them."""
        folded = self.fold(paper)
        self._unfolded = {**dict.fromkeys(folded), **self._unfolded}
        return folded

    def next_unseen(self) -> str | None:
        """Return the paper that comes next, or None where none is left or no place is."""
        if len(self._seen) >= self.places:
            return None
        for paper in self._unfolded:
            if paper in self._open and paper not in self._seen:
                return paper
        folded = {other for paper in self._looked_past() for other in self.fold(paper)}
        fresh = [paper for paper in self._order if self._fresh(paper)]
        # What is folded comes last, so that nothing is lost behind a paper that is never decided.
        return next((paper for paper in fresh if paper not in folded), next(iter(fresh), None))

    def next_looked_past(self, after: str | None) -> str | None:
        """Return the next paper that was seen and not decided, in rounds."""
        open_ = list(self._looked_past())
        if after in open_:
            place = open_.index(after) + 1
            open_ = [*open_[place:], *open_[: place - 1]]
        return open_[0] if open_ else None

    def place(self, paper: str) -> int:
        """Return the number of a paper, counted as they were shown; 0 if it was not."""
        return list(self._seen).index(paper) + 1 if paper in self._seen else 0

    def left(self) -> int:
        """Count the papers still to be decided, within the places there are."""
        unseen = sum(self._fresh(paper) for paper in self._order)
        return min(unseen, max(0, self.places - len(self._seen))) + sum(
            1 for _ in self._looked_past()
        )

    def unseen(self) -> list[str]:
        """Return the open papers that were never on the screen."""
        return [paper for paper in self._order if self._fresh(paper)]

    def _fresh(self, paper: str) -> bool:
        return paper in self._open and paper not in self._seen

    def _looked_past(self) -> Iterator[str]:
        return (paper for paper in self._seen if paper in self._open)
