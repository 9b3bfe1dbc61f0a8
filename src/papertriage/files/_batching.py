"""Group the papers of a file, and the records that could not be read, into batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from papertriage.files._paper_json import BadPaper
from papertriage.models import Sighting
from papertriage.models.fetched import FileBatch

BATCH = 500
LARGE_BATCH = 8_000
"""For files of a million papers: each batch rewrites most pages of an index of hashes."""
MAX_REASONS = 1_000

_PASSED = 20_000

# The place in the file, and the paper there or why it is bad.
Found = tuple[str, Sighting | BadPaper]


class Piece(NamedTuple):
    """Consecutive papers of a file, and why records among them were skipped.

    run is the hash of their lines, or 0; passed is the number of papers that were not read because
    they are in the cache.
    """

    sightings: Sequence[Sighting] = ()
    bad: Sequence[tuple[str, BadPaper]] = ()
    run: int = 0
    passed: int = 0

    @property
    def can_be_skipped_next_time(self) -> bool:
        """Whether later imports may skip it: no bad paper, and no upvotes, which change daily."""
        plain = not self.bad and all(one.upvotes is None for one in self.sightings)
        return plain and bool(self.sightings)


def batched(found: Iterable[Found], size: int = BATCH) -> Iterator[FileBatch]:
    """Yield batches of at most size papers; up to 1,000 bad ones are reported with their place.

    Papers read before a failure are yielded before the failure is raised.
    """
    yield from gathered(map(_piece, found), size)


def _piece(found: Found) -> Piece:
    place, one = found
    return Piece((one,)) if isinstance(one, Sighting) else Piece(bad=((place, one),))


def gathered(pieces: Iterable[Piece], size: int) -> Iterator[FileBatch]:
    """Yield batches as batched() does; a run is recorded in the batch with its last paper."""
    waiting = _Gathered()
    failure: Exception | None = None
    coming = iter(pieces)
    while True:
        try:
            piece = next(coming)
        except StopIteration:
            break
        except Exception as error:  # noqa: BLE001 - raised below, after the last batch
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
    """The pieces since the last batch; each run with the number of papers up to its end."""

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
        if piece.run and piece.can_be_skipped_next_time:
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
