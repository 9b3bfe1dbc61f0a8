from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from builders import make_paper
from caches import cache_of, store_papers
from papertriage.cache.connection import opened, writing
from processes import PAPERTRIAGE, environment, finished, ran, without_privileges

SEEDED = "the cache was empty: loaded 66 example papers"


def picks(*words: object) -> list[dict]:
    result = ran("today", "--json", *words)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def ids(*words: object) -> list[str]:
    return [paper["id"] for paper in picks(*words)]


@pytest.fixture
def cache(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a cache of 30 papers tagged ood, the best first, and two tagged causality."""
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-23T09:00:00Z")
    titles = [f"ood 0.{99 - n}" for n in range(30)]
    with cache_of(home / "cache.db", *titles, "causality 0.51", "causality 0.50"):
        return home / "cache.db"


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch):
    return lambda: monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-24T09:00:00Z")


def test_a_fresh_home_starts_from_the_seeds(home: Path) -> None:
    result = ran("today")
    assert result.exit_code == 0
    assert result.stderr.startswith(SEEDED)
    assert result.stderr.count("\n") == 1
    found = picks()
    assert len(found) == 10
    assert all(paper["pick"]["reasons"] for paper in found)
    headings = re.findall(r"^(\w+) +\(?(\d+) papers?\)?$", result.stdout, re.MULTILINE)
    assert sum(int(number) for _, number in headings) == 10
    assert len(headings) > 1
    assert all(paper["title"][:40] in result.stdout for paper in found)
    assert ran("today").stderr == ""


def test_the_same_day_gives_the_same_picks(cache: Path) -> None:
    first = picks()
    assert picks() == first
    assert [p["pick"]["rank"] for p in first] == list(range(1, 11))


def test_every_topic_with_candidates_has_a_place(cache: Path) -> None:
    assert [name for p in picks("-n", 2) for name, t in p["topics"].items() if t["tagged"]] == [
        "ood",
        "causality",
    ]


def test_the_limit_is_an_option_then_a_setting_and_0_is_all(cache: Path) -> None:
    assert len(ids("--limit", 0)) == 32
    ran("config", "set", "picks.limit", 3)
    assert len(ids()) == 3
    assert len(ids("-n", 4)) == 4


def test_what_is_decided_does_not_come_back_and_leaves_its_place_empty(cache: Path) -> None:
    first = ids()
    ran("keep", first[0])
    ran("skip", first[1])
    assert ids() == first[2:]
    assert [p["pick"]["rank"] for p in picks()] == list(range(3, 11))
    ran("undo", first[0])
    assert ids() == [first[0], *first[2:]]


def test_when_every_pick_is_decided_the_day_is_done(cache: Path) -> None:
    ran("skip", *ids("-n", 2))
    result = ran("today", "-n", 2)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no new papers to pick" in result.stderr
    assert ran("today", "-n", 2, "--fail-if-empty").exit_code == 4


def test_the_next_day_shows_others_and_again_brings_the_earlier(cache: Path, tomorrow) -> None:
    first = ids()
    tomorrow()
    assert set(ids()).isdisjoint(first)
    assert ids("--again") == first


def test_a_postponed_pick_comes_back_the_next_day(cache: Path, tomorrow) -> None:
    first = ids()
    ran("later", first[0])
    assert first[0] not in ids()
    tomorrow()
    assert ids()[0] == first[0]


def test_papers_that_come_on_the_same_day_may_enter(cache: Path) -> None:
    first = ids()
    with opened(cache) as connection:
        store_papers(connection, make_paper(number=999, title="ood 1.0"))
    assert ids()[0] == "arxiv:2510.00999"
    assert ids()[1:] == [paper for paper in first if paper in ids()]


def test_filters_choose_among_the_candidates(cache: Path) -> None:
    assert len(ids("--topic", "causality")) == 2
    assert ids("--author", "nobody") == []
    result = ran("today", "--topic", "nosuch")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "no topic 'nosuch': the topics are alignment, causality, ood\n"


def test_a_past_day_shows_what_was_picked_then(cache: Path, tomorrow) -> None:
    first = ids()
    tomorrow()
    second = ids()
    assert ids("--date", "yesterday") == first
    assert ids("--date", "2026-11-24") == second
    assert ids("--date", "yesterday", "--topic", "causality") == [
        paper for paper in first if paper.endswith(("31", "32"))
    ]
    result = ran("today", "--date", "2026-11-20")
    assert (result.exit_code, result.stderr) == (0, "nothing was picked on 2026-11-20\n")


def test_a_day_to_come_is_refused(cache: Path) -> None:
    result = ran("today", "--date", "2026-11-24")
    assert result.exit_code == 2
    assert result.stderr == "--date 2026-11-24 is in the future: it has no picks yet\n"


def test_rows_are_named_by_their_rank(cache: Path) -> None:
    first = ids()
    ran("skip", first[0])
    ran("today")
    assert ran("keep", 2).stderr.startswith(f"kept {first[1]}")


def test_picks_are_shown_while_another_writes(cache: Path) -> None:
    with opened(cache) as connection, writing(connection):
        result = ran("today", "--json")
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)) == 10
    assert result.stderr.count("\n") == 1
    assert "could not record these picks (database is locked)" in result.stderr


@pytest.mark.parametrize("mode", [0o500, 0o700])
def test_picks_are_shown_from_a_cache_that_cannot_be_written(cache: Path, mode: int) -> None:
    words = [*without_privileges(), *PAPERTRIAGE, "today", "--format", "ids"]
    cache.chmod(0o400)
    cache.parent.chmod(mode)
    try:
        result = subprocess.run(
            words,
            env=environment(cache.parent, PAPERTRIAGE_NOW="2026-11-23T09:00:00Z"),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        cache.parent.chmod(0o700)
        cache.chmod(0o600)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("\n") == 10
    assert result.stderr.count("\n") == 1
    assert "could not record these picks (attempt to write a readonly database)" in result.stderr


def test_the_zone_says_which_day_it_is(cache: Path) -> None:
    late = {"PAPERTRIAGE_NOW": "2026-11-23T23:30:00Z"}
    for zone in ("UTC", "Asia/Tokyo"):
        finished(cache.parent, "today", env={**late, "TZ": zone})
    with opened(cache) as connection:
        days = connection.execute("SELECT day, count(*) FROM picks GROUP BY day").fetchall()
    assert [tuple(row) for row in days] == [("2026-11-23", 10), ("2026-11-24", 10)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--recall", "0.9"), "--recall requires 2 more keeps"),
        (("--recall", "0"), "Invalid value for '--recall'"),
        (("--minutes", "-1"), "Invalid value for '--minutes'"),
        (("--recall", ".9", "--minutes", "3"), "--recall and --minutes cannot be used together"),
        (("--minutes", "3", "-n", "3"), "--limit and --minutes cannot be used together"),
        (("--minutes", "3", "--trending"), "--minutes cannot be used with"),
        (("--recall", "1", "--date", "yesterday"), "--recall cannot be used with"),
    ],
)
def test_a_promise_that_cannot_be_made_is_one_line(cache: Path, words, message: str) -> None:
    result = ran("today", *words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert message in result.stderr


def test_minutes_show_as_many_as_are_read_in_them(cache: Path) -> None:
    result = ran("today", "--minutes", "2", "--format", "ids")
    assert len(result.stdout.split()) == 4
    assert result.stderr.startswith("4 papers in 2 minutes, at 30 s each (a guess")


def test_recall_shows_as_many_as_hold_what_would_be_kept(seeded: Path) -> None:
    first = ids()
    ran("keep", *first[:3])
    ran("skip", *first[3:6])
    few, many = (ran("today", "--recall", share, "--format", "ids") for share in (0.3, 0.9))
    assert 0 < len(few.stdout.split()) < len(many.stdout.split()) < 60
    assert many.stderr.startswith(f"expected: {len(many.stdout.split())} of 60 new papers, ")
    assert "on 6 decisions)" in many.stderr
    assert max(map(len, many.stderr.splitlines())) <= 80
    assert set(few.stdout.split()) <= set(many.stdout.split())
    assert not set(first[:6]) & set(many.stdout.split())
