from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

from processes import PAPERTRIAGE, environment, ran, without_privileges

WORDS = (
    *("diffusion", "denoising", "guidance", "images", "causal", "interventions", "confounders"),
    *("alignment", "feedback", "reward", "preference", "shift", "detection", "robust", "herons"),
    *("kettles", "barns", "milk", "graphs", "samples", "knots", "tides", "owls", "ropes"),
)
DAYS = [f"2026-11-{day}T09:00:00Z" for day in range(23, 28)]
AHEAD = "2099-01-01T08:00:00Z"


def papers(seed: int, count: int) -> str:
    """Return JSON lines of invented papers, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - invented texts
    return "".join(
        json.dumps(
            {
                "id": f"26{seed:02}.{number:05}",
                "title": " ".join(chance.sample(WORDS, 4)),
                "abstract": " ".join(chance.choices(WORDS, k=30)),
            }
        )
        + "\n"
        for number in range(count)
    )


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch):
    """Return a function that sets the clock."""
    return lambda moment: monkeypatch.setenv("PAPERTRIAGE_NOW", moment)


def lived(at, home: Path, monkeypatch: pytest.MonkeyPatch, first: str) -> list[list[str]]:
    """Store many papers by a clock, then live on: new papers, picks and decisions each day."""
    monkeypatch.setenv("PAPERTRIAGE_HOME", str(home))
    at(first)
    assert ran("import", "-", stdin=papers(1, 300)).exit_code == 0
    seen = []
    for number, moment in enumerate(DAYS, 2):
        at(moment)
        picks = [one["id"] for one in json.loads(ran("today", "--json").stdout)]
        seen.append(picks)
        assert ran("keep", picks[0]).exit_code == 0
        assert ran("skip", picks[1]).exit_code == 0
        assert ran("later", picks[2]).exit_code == 0
        assert ran("import", "-", stdin=papers(number, 30)).exit_code == 0
    return seen


@pytest.mark.soak
def test_papers_of_a_clock_that_was_ahead_fade_as_all_others(
    at, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = lived(at, tmp_path / "right", monkeypatch, DAYS[0])
    wrong = lived(at, tmp_path / "wrong", monkeypatch, AHEAD)
    assert right == wrong
    assert all(len(picks) == 10 for picks in right)


def test_what_was_said_by_a_clock_that_was_ahead_holds_and_comes_back_as_asked(at) -> None:
    at(AHEAD)
    ran("import", "-", stdin=papers(1, 60))
    first, second, third = (one["id"] for one in json.loads(ran("today", "--json").stdout)[:3])
    ran("later", first, second)
    ran("keep", third)
    at(DAYS[0])
    shown = [one["id"] for one in json.loads(ran("today", "--json", "-n", 0).stdout)]
    assert {first, second} <= set(shown)
    assert third not in shown
    ran("later", first)
    ran("skip", second)
    assert ran("list", "--decision", "skip", "--format", "ids").stdout.split() == [second]
    today = [one["id"] for one in json.loads(ran("today", "--json", "-n", 0).stdout)]
    assert not {first, second} & set(today)
    assert ran("doctor").exit_code == 0
    at(DAYS[1])
    shown = [one["id"] for one in json.loads(ran("today", "--json", "-n", 0).stdout)]
    assert first in shown


def test_a_receipt_of_the_future_hides_none_that_came_since(at) -> None:
    at(AHEAD)
    ran("import", "-", stdin=papers(1, 3))
    at(DAYS[0])
    ran("import", "-", stdin=papers(2, 3))
    feeds = json.loads(ran("status", "--json").stdout)["feeds"]
    assert [feed["at"] for feed in feeds] == [DAYS[0]]


def test_a_clock_that_was_set_back_for_a_while_leaves_no_trace(at, home: Path) -> None:
    at(DAYS[2])
    ran("import", "-", stdin=papers(1, 40))
    before = ran("list", "--json", "-n", 0, "--sort", "came").stdout
    for moment in ("2026-11-03T08:00:00Z", "2001-01-01T00:00:00Z"):
        at(moment)
        assert ran("list").exit_code == 0
    at(DAYS[3])
    assert ran("list", "--json", "-n", 0, "--sort", "came").stdout == before


def test_a_cache_that_cannot_be_written_is_read_as_it_is(at, home: Path) -> None:
    at(AHEAD)
    ran("import", "-", stdin=papers(1, 40))
    (home / "cache.db").chmod(0o400)
    home.chmod(0o500)
    try:
        result = subprocess.run(
            [*without_privileges(), *PAPERTRIAGE, "list"],
            env=environment(home, PAPERTRIAGE_NOW=DAYS[0]),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        home.chmod(0o700)
    assert (result.returncode, result.stderr) == (0, "")
