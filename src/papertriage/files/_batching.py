"""Gather the papers of a file, and what could not be read, into batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from papertriage.files._paper_json import BadPaper
from papertriage.models import Sighting
from papertriage.models.fetched import FileBatch

BATCH = 500
LARGE_BATCH = 8_000
"""For files of a million papers: an index in the order of hashes is written all over each time."""
MAX_REASONS = 1_000

_PASSED = 20_000

# Where in the file, and what stands there.
Found = tuple[str, Sighting | BadPaper]


class Piece(NamedTuple):
    """Papers that stand together in a file, and what is wrong with those that are none.

    run is the hash of the lines that they are all of, or 0; passed is how many papers were not
    read, because they are in the cache.
    """

    sightings: Sequence[Sighting] = ()
    bad: Sequence[tuple[str, BadPaper]] = ()
    run: int = 0
    passed: int = 0

    @property
    def says_the_same_again(self) -> bool:
        """Whether no import must hear it again: no bad paper, no upvotes, a figure of the day."""
        plain = not self.bad and all(one.upvotes is None for one in self.sightings)
        return plain and bool(self.sightings)


def batched(found: Iterable[Found], size: int = BATCH) -> Iterator[FileBatch]:
    """Yield batches of at most size papers; a bad one is named by its place, 1,000 times at most.

    What came before a failure is yielded before the failure is raised.
    """
    yield from gathered(map(_piece, found), size)


def _piece(found: Found) -> Piece:
    place, one = found
    return Piece((one,)) if isinstance(one, Sighting) else Piece(bad=((place, one),))


def gathered(pieces: Iterable[Piece], size: int) -> Iterator[FileBatch]:
    """Yield batches as batched() does; a run is remembered with its last paper, or not at all."""
    waiting = _Gathered()
    failure: Exception | None = None
    coming = iter(pieces)
    while True:
        try:
            piece = next(coming)
        except StopIteration:
            break
        except Exception as error:  # noqa: BLE001 - raised below, after what came
            failure = error
            break
        waiting.add(piece)
        while len(waiting.sightings) >= size or waiting.passed >= _PASSED:
            yield waiting.batch(size)
    waiting.end()
    if waiting.sightings or waiting.skipped or waiting.passed or waiting.runs:
        yield waiting.batch(size)
    if failure is not None:
        raise failure


class _Gathered:
    """What has come since the last batch; each run with the number of papers up to its end."""

    def __init__(self) -> None:
        self.sightings: list[Sighting] = []
        self.skipped: list[str] = []
        self.runs: list[tuple[int, int]] = []
        self.passed = 0
        self._reasons = 0

    def add(self, piece: Piece) -> None:
        self.sightings += piece.sightings
        self.passed += piece.passed
        for place, bad in piece.bad:
            self._reasons += 1
            if self._reasons <= MAX_REASONS:
                self.skipped.append(f"{place}: {bad}")
        if piece.run and piece.says_the_same_again:
            self.runs.append((len(self.sightings), piece.run))

    def end(self) -> None:
        if self._reasons > MAX_REASONS:
            self.skipped.append(f"… and {self._reasons - MAX_REASONS:,} more")

    def batch(self, size: int) -> FileBatch:
        now = tuple(self.sightings[:size])
        runs = tuple(run for end, run in self.runs if end <= len(now))
        batch = FileBatch(now, tuple(self.skipped), passed=self.passed, runs=runs)
        self.runs = [(end - len(now), run) for end, run in self.runs if end > len(now)]
        self.sightings, self.skipped, self.passed = self.sightings[size:], [], 0
        return batch
