"""Gather the papers of a file, and the reasons for those that are none, into batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.models import Sighting
from papertriage.sources._paper_json import BadPaper
from papertriage.sources.contract import Batch

BATCH = 500
MAX_REASONS = 1_000

# Where in the file, and what stands there.
Found = tuple[str, Sighting | BadPaper]


def batched(found: Iterable[Found]) -> Iterator[Batch]:
    """Yield batches of at most 500 papers; a bad one is named by its place, 1,000 times at most.

    What came before a failure is yielded before the failure is raised.
    """
    sightings: list[Sighting] = []
    skipped: list[str] = []
    failure: Exception | None = None
    reasons = 0
    papers = iter(found)
    while True:
        try:
            place, one = next(papers)
        except StopIteration:
            break
        except Exception as error:  # noqa: BLE001 - raised below, after what came
            failure = error
            break
        if isinstance(one, BadPaper):
            reasons += 1
            if reasons <= MAX_REASONS:
                skipped.append(f"{place}: {one}")
            continue
        sightings.append(one)
        if len(sightings) == BATCH:
            yield Batch(tuple(sightings), tuple(skipped))
            sightings, skipped = [], []
    if reasons > MAX_REASONS:
        skipped.append(f"… and {reasons - MAX_REASONS:,} more")
    if sightings or skipped:
        yield Batch(tuple(sightings), tuple(skipped))
    if failure is not None:
        raise failure
