"""Gather the papers of a file, and the reasons for those that are none, into batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.models import Sighting
from papertriage.sources._paper_json import BadPaper
from papertriage.sources._runs import Run
from papertriage.sources.contract import Batch

BATCH = 500
LARGE_BATCH = 4_000
"""For files of a million papers: an index in the order of hashes is written all over each time."""
MAX_REASONS = 1_000

_PASSED = 20_000

# Where in the file, and what stands there.
Found = tuple[str, Sighting | BadPaper | Run]


def batched(found: Iterable[Found], size: int = BATCH) -> Iterator[Batch]:
    """Yield batches of at most size papers; a bad one is named by its place, 1,000 times at most.

    What came before a failure is yielded before the failure is raised. A run is remembered with
    its last paper, unless it says what every import should hear again: a bad paper, upvotes.
    """
    gathered = _Gathered()
    failure: Exception | None = None
    papers = iter(found)
    while True:
        try:
            place, one = next(papers)
        except StopIteration:
            break
        except Exception as error:  # noqa: BLE001 - raised below, after what came
            failure = error
            break
        gathered.add(place, one)
        if len(gathered.sightings) >= size or gathered.passed >= _PASSED:
            yield gathered.batch()
    if gathered.reasons > MAX_REASONS:
        gathered.skipped.append(f"… and {gathered.reasons - MAX_REASONS:,} more")
    if gathered.sightings or gathered.skipped or gathered.passed or gathered.runs:
        yield gathered.batch()
    if failure is not None:
        raise failure


class _Gathered:
    """What has come since the last batch."""

    def __init__(self) -> None:
        self.sightings: list[Sighting] = []
        self.skipped: list[str] = []
        self.runs: list[int] = []
        self.passed = 0
        self.reasons = 0
        self._papers = 0
        self._plain = True

    def add(self, place: str, one: Sighting | BadPaper | Run) -> None:
        if isinstance(one, Sighting):
            self.sightings.append(one)
            self._papers += 1
            if one.upvotes is not None:
                self._plain = False
        elif isinstance(one, BadPaper):
            self._plain = False
            self.reasons += 1
            if self.reasons <= MAX_REASONS:
                self.skipped.append(f"{place}: {one}")
        else:
            self.passed += one.passed
            if one.hash and self._plain and self._papers:
                self.runs.append(one.hash)
            self._plain, self._papers = True, 0

    def batch(self) -> Batch:
        batch = Batch(
            tuple(self.sightings), tuple(self.skipped), passed=self.passed, runs=tuple(self.runs)
        )
        self.sightings, self.skipped, self.runs, self.passed = [], [], [], 0
        return batch
