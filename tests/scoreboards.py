"""Make scoreboards for tests."""

from __future__ import annotations

from datetime import date, timedelta

from papertriage.ranking.scoreboard import (
    Scoreboard,
    ScoredDay,
    Shown,
    by_chance,
    measured,
    reliability,
    window,
)

FIRST = date(2026, 9, 1)


def make_day(number: int = 0, *, papers: int = 12, learned: bool = True) -> ScoredDay:
    """Return a day on which every fourth paper was kept; interest puts those first."""
    kept = [place % 4 == number % 4 for place in range(papers)]
    best = sorted(kept, reverse=True)
    ways = {way: measured(kept) for way in ("topics", "keywords", "newest")}
    if learned:
        ways["interest"] = measured(best)
    ways["random"] = by_chance(papers, sum(kept))
    return ScoredDay(
        day=(FIRST + timedelta(days=number)).isoformat(),
        judged=papers,
        kept=sum(kept),
        new=100,
        unjudged=88,
        shown=Shown(10, 3, 6),
        learned_from=40 if learned else 0,
        ways=ways,
        scores=tuple((0.8 if one else 0.1, one) for one in kept) if learned else (),
    )


def make_board(*days: ScoredDay, retrained_every: int = 1) -> Scoreboard:
    """Return the scoreboard of some days, with windows of all and of the last two."""
    last = days[-1].day if days else FIRST.isoformat()
    windows = [window(f"{FIRST} to {last}", FIRST.isoformat(), days)]
    if len(days) > 2:
        windows.append(window("last 2 days", days[-2].day, days))
    return Scoreboard(
        first=FIRST.isoformat(),
        last=last,
        shown=Shown(10 * len(days), 3 * len(days), 6 * len(days)),
        retrained_every=retrained_every,
        windows=tuple(windows),
        reliability=reliability([pair for day in days for pair in day.scores]),
        days=days,
    )
