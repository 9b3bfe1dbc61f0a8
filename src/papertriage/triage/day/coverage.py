"""Summarise what the fetches of several days got from each feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from papertriage import clock
from papertriage.models.digest import Coverage
from papertriage.models.fetched import Receipt
from papertriage.sources.announcements import announced_on
from papertriage.triage.intake.verdicts import DONE, WHOLE

# A fetch from these sources covers everything since a day; other sources only show what is new.
_BY_WINDOW = frozenset(("arxiv-oai", "hugging-face"))
_BY_ANNOUNCEMENT = "arxiv-daily"
FILE = "file"
NOT_ASKED = "not asked"


def coverages(
    before: Sequence[Receipt], since: Sequence[Receipt], first: date, last: date
) -> list[Coverage]:
    """Return the coverage of every feed from first to last (local days), sorted by feed.

    `before` holds the last receipt of each feed before the first day, `since` all later ones. A
    failed day counts as mended once a later complete fetch covered it. Imported files are included
    only on the days on which they were imported.
    """
    feeds = {(r.feed, r.source): r for r in before if r.source != FILE}
    for receipt in since:
        if _day(receipt) <= last:
            feeds.setdefault((receipt.feed, receipt.source), receipt)
    found = []
    for (feed, source), earliest in sorted(feeds.items()):
        own = [r for r in since if (r.feed, r.source) == (feed, source)]
        begun = max(first, _covered_from(earliest))
        found.append(_coverage(earliest, own, begun, last))
    return found


def _coverage(earliest: Receipt, own: Sequence[Receipt], first: date, last: date) -> Coverage:
    within = [r for r in own if _day(r) <= last]
    whole = [r for r in own if r.verdict in DONE]
    open_ones: list[Receipt] = []
    mended: list[Receipt] = []
    for place, receipt in enumerate(own):
        if receipt.verdict in DONE or _day(receipt) > last:
            continue
        later = [r for r in own[place + 1 :] if r.verdict in DONE]
        (mended if any(_reads(r, _day(receipt)) for r in later) else open_ones).append(receipt)
    failed = {_day(r) for r in open_ones}
    asked = {_day(r) for r in within}
    unasked = [
        day
        for day in _days(first, last)
        if day not in asked
        and earliest.source != FILE
        and not any(_reads(r, day) for r in whole)
        and (earliest.source != _BY_ANNOUNCEMENT or announced_on(day))
    ]
    telling = open_ones or within
    reach = max((r for r in (earliest, *within) if r.whole_to), key=lambda r: r.at, default=None)
    return Coverage(
        source=earliest.source,
        feed=earliest.feed,
        verdict=telling[-1].verdict if telling else NOT_ASKED,
        new=sum(r.new for r in within),
        updated=sum(r.updated for r in within),
        skipped=sum(len(r.skipped) for r in within),
        why_skipped=next((reason for r in within for reason in r.skipped), None),
        message=telling[-1].message if telling else f"{earliest.verdict} on {_day(earliest)}",
        failed=_iso(failed),
        mended=_iso({_day(r) for r in mended} - failed),
        unasked=_iso(unasked),
        whole_from=reach.whole_from if reach else None,
        whole_to=reach.whole_to if reach else None,
    )


def _day(receipt: Receipt) -> date:
    return clock.local_day(datetime.fromisoformat(receipt.at))


def _covered_from(receipt: Receipt) -> date:
    if receipt.whole_from and receipt.verdict in WHOLE:
        return min(_day(receipt), date.fromisoformat(receipt.whole_from))
    if receipt.source in _BY_WINDOW and receipt.since and receipt.verdict in WHOLE:
        return min(_day(receipt), clock.local_day(datetime.fromisoformat(receipt.since)))
    return _day(receipt)


def _reads(receipt: Receipt, day: date) -> bool:
    return _covered_from(receipt) <= day <= _day(receipt)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _iso(days: set[date] | list[date]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in sorted(days))
