from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caches import cache_of, lines
from driven import Driven
from papertriage import clock
from papertriage.cache.journal import decide
from processes import finished, ran

EMPTY = "no papers to triage: run `papertriage fetch` for new papers"


def test_without_a_terminal_it_names_the_commands_for_scripts_at_once(home: Path) -> None:
    for done in (ran("triage"), finished(home, "triage", "--minutes", "5")):
        code = done.exit_code if hasattr(done, "exit_code") else done.returncode
        assert code == 2
        assert done.stdout == ""
        assert done.stderr == (
            "triage requires a terminal: use `papertriage keep` and `papertriage skip` in scripts\n"
        )
    assert not (home / "cache.db").exists()


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--fail-if-empty",), 4)])
def test_an_empty_queue_is_one_line(home: Path, words: tuple[str, ...], code: int) -> None:
    with cache_of(home / "cache.db", "Only"):
        ran("skip", "arxiv:2510.00001")
    with Driven(home, "triage", *words) as screen:
        assert screen.ended() == code
        assert screen.raw.decode().strip() == EMPTY


def test_two_ways_to_say_how_many_contradict_each_other(home: Path) -> None:
    with Driven(home, "triage", "--minutes", "5", "--limit", "9") as screen:
        assert screen.ended() == 2
        assert b"--minutes and --limit cannot be used together" in screen.raw


def test_a_first_run_begins_with_the_seeds(home: Path) -> None:
    with Driven(home, "triage", "--limit", "3") as screen:
        screen.until("1 of 3, 3 left")
        screen.press("q")
        assert screen.ended() == 0
        screen.until("nothing decided; 3 papers left")


def test_a_catch_up_that_ends_leaves_the_rest_unseen_everywhere_but_in_lists(home: Path) -> None:
    with cache_of(home / "cache.db", *(f"ood 0.{99 - n} Number {n}" for n in range(9))):
        pass
    with Driven(home, "triage", "--minutes", "2") as screen:
        screen.until("4 left")
        for left in (3, 2, 1):
            screen.press("s", f"{left} left")
        screen.press("k", "No papers are left.")
        screen.press("q")
        assert screen.ended() == 0
        said = screen.raw.decode()
    assert "4 of 9 papers in 2 minutes: 2.0 papers a minute, a guess" in said
    assert "kept 1, skipped 3; 5 other papers marked as not seen" in said
    assert ran("today", "--json").stdout.strip() == "[]"
    assert len(json.loads(ran("today", "--json", "--again").stdout)) == 5
    listed = json.loads(ran("list", "--json").stdout)
    assert len(listed) == 9
    unseen = [paper["id"] for paper in listed if paper["decision"] is None]
    assert len(unseen) == 5
    why = ran("why-not", unseen[0]).stdout
    assert "by a catch-up of 2 minutes: --again brings it back" in why
    with Driven(home, "triage") as screen:
        assert screen.ended() == 0
        assert EMPTY in screen.raw.decode()
    with Driven(home, "triage", "--again", "--uncertain") as screen:
        screen.until("1 of 5, 5 left")
        screen.until("most uncertain first")
        screen.press("q")
        assert screen.ended() == 0


@pytest.mark.parametrize(("gap", "papers"), [(None, 4), (150, 2), (20, 15)])
def test_so_many_minutes_are_as_many_papers_as_for_today(
    home: Path, gap: int | None, papers: int
) -> None:
    minutes = "2" if gap is None else "5"
    titles = [f"ood 0.{99 - n} Number {n}" for n in range(30)]
    with cache_of(home / "cache.db", *titles) as connection:
        new_line = lines().__next__
        for n in range(8 if gap else 0):
            at = clock.fine_stamp(
                datetime(2026, 11, 20, 8, n * gap // 60, n * gap % 60, tzinfo=UTC)
            )
            decide(connection, [f"arxiv:2510.{n + 1:05}"], "later", at=at, new_line=new_line)
    shown = ran("today", "--minutes", minutes, "--format", "ids")
    assert len(shown.stdout.split()) == papers
    assert shown.stderr.startswith(f"{papers} papers in {minutes} minutes")
    with Driven(home, "triage", "--minutes", minutes) as screen:
        screen.until(f"{papers} left")
        screen.press("q")
        assert screen.ended() == 0
    assert f"{papers} of 30 papers in {minutes} minutes" in screen.raw.decode()
