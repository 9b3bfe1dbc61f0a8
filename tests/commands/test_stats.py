from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from papertriage.cache.connection import opened
from processes import finished, ran
from readers import LAST, Reader


@pytest.fixture
def cache(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the cache of a reader who has read for six days, up to yesterday."""
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-23T09:00:00Z")
    with opened(home / "cache.db") as connection:
        Reader(connection).days(6)
    return home / "cache.db"


def days(*words: str) -> list[str]:
    return [day["day"] for day in json.loads(ran("stats", "--json", *words).stdout)["days"]]


def test_a_pipe_gets_plain_lines_of_80_columns(cache: Path) -> None:
    result = ran("stats")
    lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr) == (0, "")
    assert lines[0].startswith("2026-09-24 to 2026-11-22: 72 papers judged on 6 days, ")
    assert any(line.startswith("  interest        0.") for line in lines)
    assert max(map(len, lines)) <= 80
    assert result.stdout.isascii()


def test_json_is_the_same_in_any_process(cache: Path, home: Path) -> None:
    here = ran("stats", "--json").stdout
    there = finished(home, "stats", "--json", env={"PAPERTRIAGE_NOW": "2026-11-23T09:00:00Z"})
    assert there.stderr == ""
    assert here == there.stdout
    assert [day["learned_from"] for day in json.loads(here)["days"]] == [0, 12, 24, 36, 48, 60]


def test_a_window_is_chosen_by_days_or_dates(cache: Path) -> None:
    last = [str(LAST - timedelta(days=back)) for back in reversed(range(6))]
    assert days() == last
    assert days("--days", "2") == last[-2:]
    assert days("--since", "2026-11-18", "--until", "2026-11-19") == last[1:3]
    assert days("--until", "2026-11-20", "--days", "2") == last[2:4]


def test_the_day_that_is_not_over_waits(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-22T23:00:00Z")
    assert str(LAST) not in days()
    assert str(LAST) not in days("--until", "today")


def test_what_came_before_a_window_teaches_it(cache: Path) -> None:
    (day,) = json.loads(ran("stats", "--json", "--days", "1").stdout)["days"]
    assert day["learned_from"] == 60


@pytest.mark.parametrize(
    ("name", "begins"), [("s.html", "<!DOCTYPE html>"), ("s.json", '{"schema": 1'), ("s", "2026-")]
)
def test_a_file_has_the_format_of_its_name(
    cache: Path, tmp_path: Path, name: str, begins: str
) -> None:
    path = tmp_path / name
    result = ran("stats", "-o", path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert path.read_text(encoding="utf-8").startswith(begins)
    path.write_text("mine")
    assert ran("stats", "-o", path).exit_code == 74
    assert path.read_text() == "mine"
    assert ran("stats", "-o", path, "--force").exit_code == 0


def test_nothing_decided_is_one_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-23T09:00:00Z")
    result = ran("stats", "--days", "3")
    said = "nothing was kept or skipped from 2026-11-20 to 2026-11-22"
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (0, "", 1)
    assert result.stderr.startswith(said)
    empty = ran("stats", "--json", "--fail-if-empty")
    assert (empty.exit_code, empty.stdout, len(empty.stderr.splitlines())) == (4, "", 1)
    assert json.loads(ran("stats", "--json").stdout)["days"] == []
    assert "0 papers judged" in ran("stats", "--format", "html").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "2d", "--days", "3"], "--since and --days cannot be used together"),
        (["--since", "today"], "--since 2026-11-23 is after 2026-11-22, the last day"),
        (["--since", "2w", "--until", "3w"], "--since 2026-11-09 is after 2026-11-02"),
        (["--days", "0"], "0 is not in the range"),
        (["--format", "csv"], "unknown format 'csv': choose from table, json, html"),
        (["--until", "soon"], "'soon' is not a date"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    home: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-23T09:00:00Z")
    result = ran("stats", *words)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert said in result.stderr
