"""Live through weeks of an invented arXiv with one fetch a day, and count what was lost.

`python tests/arxiv_weeks.py --weeks 6 --zone Europe/Berlin --at 07:30` prints the figures by which
ways of fetching can be compared; --each prints every morning.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import stamina

from arxiv_reader import Life, Lived, Morning
from arxiv_world import (
    DAY,
    World,
    announces,
    eastern,
    eastern_day,
    evening_before,
    make_world,
)
from arxiv_world_server import ArxivWorldServer, Fault, Habits
from processes import Ran, finished, ran

Run = Callable[[Sequence[str], dict[str, str]], Ran]


def live(world: World, habits: Habits, life: Life, home: Path, run: Run) -> Lived:
    """Let a reader with a new home live in a world."""
    with ArxivWorldServer(world=world, habits=habits) as server:
        settings = {"picks.limit": "500", "sources.arxiv.categories": ",".join(life.categories)}
        for name, value in {**server.settings(), **settings}.items():
            assert run(["config", "set", name, value], {}).exit_code == 0
        news: dict[str, date] = {}
        firsts: dict[str, int] = {}
        mornings: list[Morning] = []
        held: frozenset[str] = frozenset()
        for number, now in enumerate(life.mornings()):
            server.now = now
            if not mornings:
                news = _news_since(world, life.watched, now)
            day = _fetched(server, life, home, run, held, news)
            held |= day.came
            mornings.append(day)
            firsts |= dict.fromkeys(sorted(day.shown - firsts.keys()), number)
        exported = run(["export", "--format", "jsonl"], _moment(life, server.now)).stdout
        named = {json.loads(line)["id"].removeprefix("arxiv:") for line in exported.splitlines()}
        assert held <= named
    return Lived(world, mornings, news, frozenset(named & set(world.papers)), firsts)


def _news_since(world: World, watched: tuple[str, ...], now: datetime) -> dict[str, date]:
    """Return the evening of each paper that is news to who fetches first at a time.

    A first fetch takes the last two announcements, of those that OAI-PMH shows.
    """
    newest = eastern_day(now)
    if not announces(newest) or now < eastern(newest, 22, 30):
        newest = evening_before(newest)
    since = evening_before(newest)
    found = {one: paper.announced(watched) for one, paper in world.papers.items()}
    return {one: first[0] for one, first in found.items() if first and first[0] >= since}


def _moment(life: Life, now: datetime) -> dict[str, str]:
    return {"PAPERTRIAGE_NOW": now.isoformat(), "TZ": life.zone}


def _fetched(
    server: ArxivWorldServer,
    life: Life,
    home: Path,
    run: Run,
    held: frozenset[str],
    news: dict[str, date],
) -> Morning:
    before, counted = len(server.served), _receipts(home)
    result = run(life.words, _moment(life, server.now))
    # By the next day every pause is over; it is told by the clock of the machine, not by ours.
    for file in home.glob("*.not-before"):
        file.unlink()
    served = server.served[before:]
    now_held = _held(home)
    shown = {
        one
        for service in ("oai", "daily")
        if server.works(service)
        for one in server.news(service, life.watched)
        if one in news
    }
    past = {
        one
        for one, evening in news.items()
        if server.now >= eastern(evening + DAY) and not _gone(server, one)
    }
    picked = _picked(life, run, server.now) if life.looks else frozenset()
    return Morning(
        at=server.now,
        exit_code=result.exit_code,
        said=result.stderr,
        requests=len(served),
        size=sum(one.size for one in served),
        new=_receipts(home) - counted,
        came=now_held - held,
        shown=frozenset(shown),
        missing=frozenset((shown | past) - now_held),
        covered=_covered(server),
        picked=picked,
    )


def _gone(server: ArxivWorldServer, one: str) -> bool:
    assert server.world is not None
    removed = server.world.papers[one].removed
    return removed is not None and removed <= server.now


def _covered(server: ArxivWorldServer) -> date | None:
    stale = eastern_day(server.now) in server.habits.stale_daily
    return None if stale or not server.works("daily") else server.evening_listed()


def _picked(life: Life, run: Run, now: datetime) -> frozenset[str]:
    shown = run(["today", "--json"], _moment(life, now)).stdout
    return frozenset(one["id"].removeprefix("arxiv:") for one in json.loads(shown or "[]"))


@contextmanager
def _cache(home: Path) -> Iterator[sqlite3.Connection]:
    address = f"{(home / 'cache.db').as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        yield connection


def _held(home: Path) -> frozenset[str]:
    with _cache(home) as connection:
        rows = connection.execute("SELECT id FROM papers WHERE id LIKE 'arxiv:%'")
        return frozenset(row[0].removeprefix("arxiv:") for row in rows)


def _receipts(home: Path) -> int:
    """Return how many papers all receipts of arXiv together call new."""
    if not (home / "cache.db").exists():
        return 0
    with _cache(home) as connection:
        rows = connection.execute("SELECT new FROM receipts WHERE source LIKE 'arxiv%'")
        return sum(row[0] for row in rows)


def inside(words: Sequence[str], environment: dict[str, str]) -> Ran:
    """Run a command line in this process; PAPERTRIAGE_HOME says where."""
    os.environ.update(environment)
    time.tzset()
    return ran(*words)


def as_process(home: Path) -> Run:
    """Return what runs a command line as a process."""

    def run(words: Sequence[str], environment: dict[str, str]) -> Ran:
        done = finished(home, *words, env=environment)
        return Ran(done.stdout, done.stderr, done.returncode)

    return run


@contextmanager
def without_waiting() -> Iterator[None]:
    """Try again at once where this process would wait."""
    stamina.set_testing(True, attempts=3, cap=True)
    try:
        yield
    finally:
        stamina.set_testing(False)


def outage(begin: date, day: int, *, hours: int = 30, service: str = "all", word: str) -> Fault:
    """Return a fault from 16:00 Eastern of a day on."""
    since = eastern(begin + day * DAY, 16)
    return Fault(service, since, since + timedelta(hours=hours), word)


def table(lived: Lived) -> str:
    """Return the figures."""
    days = lived.mornings
    low, high = lived.new_bounds()
    codes = Counter(day.exit_code for day in days)
    figures = {
        "mornings": len(days),
        "announced": len(lived.firsts),
        "lost": len(lived.lost),
        "late": len(lived.late),
        "missing papers and exit 0": len(lived.silent),
        "counted as new": f"{lived.counted} (right: {low} to {high})",
        "picked, but no news": len(lived.wrongly_picked),
        "exit codes": ", ".join(f"{code} x{number}" for code, number in sorted(codes.items())),
        "requests a morning": f"{lived.requests:.1f} (most: {max(d.requests for d in days)})",
        "kilobytes a morning": f"{sum(d.size for d in days) / len(days) / 1000:.1f}",
    }
    return "".join(f"{name:<26} {value}\n" for name, value in figures.items())


def main() -> None:
    """Live through some weeks and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--begin", type=date.fromisoformat, default=Life.begin)
    parser.add_argument("--weeks", type=int, default=6)
    parser.add_argument("--zone", default=Life.zone)
    parser.add_argument("--at", default=Life.at, help="the hour of the fetch: 07:30")
    parser.add_argument("--ids", choices=("announcement", "submission"), default="announcement")
    parser.add_argument("--stamp", choices=("eastern", "utc"), default="eastern")
    parser.add_argument("--shift", type=int, choices=(0, 1), default=0)
    parser.add_argument("--page-size", type=int, default=2_000, help="records of OAI-PMH a page")
    parser.add_argument("--pause", type=int, nargs=2, metavar=("DAY", "DAYS"), default=None)
    parser.add_argument("--outage", type=int, metavar="DAY", help="30 hours without arXiv")
    parser.add_argument("--service", choices=("all", "api", "daily", "oai"), default="all")
    parser.add_argument("--word", default="status:503:0", help="what an outage looks like")
    parser.add_argument("--fetch", default="", help="the words after fetch: 'arxiv-oai --since 5d'")
    parser.add_argument("--look", action="store_true", help="run `today` each morning as well")
    parser.add_argument("--process", action="store_true", help="run each command as a process")
    parser.add_argument("--each", action="store_true", help="print every morning")
    given = parser.parse_args()
    pauses = (tuple(given.pause),) if given.pause else ()
    words = ("fetch", *given.fetch.split())
    life = Life(
        given.begin, given.weeks * 7, given.zone, given.at, pauses, looks=given.look, words=words
    )
    faults = ()
    if given.outage is not None:
        faults = (outage(given.begin, given.outage, service=given.service, word=given.word),)
    habits = Habits(given.stamp, given.shift, given.page_size, faults=faults)
    world = make_world(given.seed, given.begin, life.days, ids=given.ids)
    with tempfile.TemporaryDirectory() as folder, without_waiting():
        home = Path(folder)
        os.environ["PAPERTRIAGE_HOME"] = folder
        lived = live(world, habits, life, home, as_process(home) if given.process else inside)
    for day in lived.mornings if given.each else ():
        sys.stdout.write(f"{day.at:%a %d %b %H:%M} exit {day.exit_code} {day.said.strip()}")
        sys.stdout.write(f"; missing {len(day.missing)}\n")
    sys.stdout.write(table(lived))


if __name__ == "__main__":
    main()
