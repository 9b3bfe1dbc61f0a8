"""Say when a reader of arXiv fetches, and judge what came of weeks of it by what is true."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from arxiv_world import DAY, WATCHED, World, announces, eastern, eastern_day, evening_for

# Submitted so long before its announcement, a paper was held by moderation.
_HELD = timedelta(days=7)
# Announced so shortly before it is first seen, a paper's age does not say whether it is news.
_FRESH = 12 * DAY


@dataclass(frozen=True)
class Life:
    """When the reader fetches: daily at a wall clock's time, but for pauses (first day, days)."""

    begin: date = date(2026, 10, 26)
    days: int = 42
    zone: str = "Europe/Berlin"
    at: str = "07:30"
    pauses: tuple[tuple[int, int], ...] = ()
    looks: bool = False
    categories: tuple[str, ...] = WATCHED
    words: tuple[str, ...] = ("fetch",)

    @property
    def watched(self) -> tuple[str, ...]:
        """Return the categories as the services know them: cs for cs.*."""
        return tuple(name.removesuffix(".*") for name in self.categories)

    def mornings(self) -> list[datetime]:
        """Return the times of the fetches."""
        hour, minute = map(int, self.at.split(":"))
        away = {first + more for first, length in self.pauses for more in range(length)}
        return [
            datetime(
                day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(self.zone)
            ).astimezone(UTC)
            for number in range(self.days)
            if number not in away
            for day in [self.begin + number * DAY]
        ]


@dataclass(frozen=True)
class Morning:
    """A fetch: how it ended, what it asked for, and what it counted as new.

    shown are the papers that OAI-PMH or the daily feed shows as news, if they work; missing are
    those of them, and of what was announced before the last Eastern midnight, that the cache does
    not hold. covered is the evening that the daily feed has told of, if it has.
    """

    at: datetime
    exit_code: int
    said: str
    requests: int
    size: int
    new: int
    came: frozenset[str]
    shown: frozenset[str]
    missing: frozenset[str]
    covered: date | None
    picked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Lived:
    """What came of it: all by the ids of papers."""

    world: World
    mornings: list[Morning]
    news: dict[str, date]
    held: frozenset[str]
    firsts: dict[str, int] = field(default_factory=dict)

    @property
    def lost(self) -> list[str]:
        """Return the papers that were shown, and that the cache does not hold at the end."""
        return sorted(set(self.firsts) - self.held)

    @property
    def late(self) -> list[str]:
        """Return the papers that came, but not with the first fetch that could have had them."""
        came = {one: number for number, day in enumerate(self.mornings) for one in day.came}
        return sorted(one for one, first in self.firsts.items() if came.get(one, first) > first)

    @property
    def silent(self) -> list[Morning]:
        """Return the mornings with papers missing that ended as if all was well."""
        return [day for day in self.mornings if day.missing and day.exit_code == 0]

    @property
    def requests(self) -> float:
        """Return how many requests a morning took."""
        return sum(day.requests for day in self.mornings) / len(self.mornings)

    @property
    def counted(self) -> int:
        """Return how many papers the receipts call new."""
        return sum(day.new for day in self.mornings)

    @property
    def wrongly_picked(self) -> list[str]:
        """Return the papers among the picks that were no news in the reader's time."""
        picked = {one for day in self.mornings for one in day.picked}
        return sorted(picked.intersection(self.world.papers) - set(self.news) - self._doubtful())

    def new_bounds(self) -> tuple[int, int]:
        """Return how many papers must be counted as new, and how many may be.

        They differ by what can hardly be told where no daily feed has said it: a paper that was
        held, or cross-listed late, looks like a change of metadata, and a change of a paper that
        was announced shortly before looks like news.
        """
        certain = {one for one in self.firsts if one in self.held and one not in self._doubtful()}
        return len(certain), len(certain | (self._doubtful() & self.held))

    def expected(self, number: int) -> int:
        """Return how many papers are new on a morning on which all can be told."""
        return sum(first == number for first in self.firsts.values())

    def _doubtful(self) -> set[str]:
        covered = {day.covered for day in self.mornings}
        begun = min(self.news.values(), default=date.max)
        doubtful = set()
        for one, evening in self.news.items():
            paper = self.world.papers[one]
            late = evening != paper.versions[0].evening
            submitted = paper.versions[0].submitted
            held = eastern(evening, 20) - submitted > _HELD or evening_for(submitted) < begun
            if evening not in covered and (late or held):
                doubtful.add(one)
        for one, paper in self.world.papers.items():
            # Cross-listed within what is read, long after it was news there.
            again = any(evening >= begun for _, evening in paper.crossed)
            if again and one not in self.news:
                doubtful.add(one)
        for number, day in enumerate(self.mornings):
            since = self.mornings[number - 1].at if number else day.at - 5 * DAY
            if _evenings(since, day.at) <= covered and number:
                continue
            for one in day.came.intersection(self.world.papers) - set(self.news):
                first, *later = (v.evening for v in self.world.papers[one].versions)
                replaced = any(eastern(evening, 20) < day.at for evening in later)
                if not replaced and eastern(first, 20) > since - _FRESH:
                    doubtful.add(one)
        return doubtful


def _evenings(since: datetime, until: datetime) -> set[date]:
    """Return the evenings whose daily feed began within a time."""
    first, last = eastern_day(since), eastern_day(until)
    days = (first + number * DAY for number in range(1, (last - first).days + 1))
    return {day - DAY for day in days if announces(day - DAY)}
