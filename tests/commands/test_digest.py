from __future__ import annotations

import json
from pathlib import Path

import pytest

from processes import ran, shell


def test_the_digest_of_a_day_is_the_same_whenever_it_is_written(
    seeded: Path, tmp_path: Path
) -> None:
    first = ran("digest")
    assert (first.exit_code, first.stderr) == (0, "")
    assert "2026-11-23" in first.stdout
    assert ran("digest").stdout == first.stdout
    for _ in range(2):
        assert ran("digest", "-o", tmp_path / "digest-{date}.md").exit_code == 0
        assert (tmp_path / "digest-2026-11-23.md").read_text() == first.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["digest-2026-11-23.md"]


def test_a_digest_holds_the_picks_of_today(seeded: Path) -> None:
    picks = [paper["id"] for paper in json.loads(ran("today", "--json").stdout)]
    digest = json.loads(ran("digest", "--json").stdout)
    assert [paper["id"] for paper in digest["picks"]] == picks


def test_a_past_days_digest_holds_its_picks(seeded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    today = [p["id"] for p in json.loads(ran("digest", "--json").stdout)["picks"]]
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-24T09:00:00Z")
    past = json.loads(ran("digest", "--json", "--date", "yesterday", "-n", 3).stdout)
    assert [p["id"] for p in past["picks"]] == today[:3]
    assert past["day"] == "2026-11-23"


def test_a_day_to_come_and_an_empty_day_are_said(seeded: Path) -> None:
    result = ran("digest", "--date", "2026-11-24")
    assert (result.exit_code, result.stdout) == (2, "")
    result = ran("digest", "--date", "2026-11-20", "--fail-if-empty")
    assert (result.exit_code, result.stdout) == (4, "")
    assert ran("digest", "--date", "2026-11-20").exit_code == 0


def test_cron_needs_a_path_and_nothing_else(home: Path) -> None:
    result = shell(home, "papertriage digest")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("# ")
    assert result.stderr.count("\n") == 1


def test_the_warning_of_picks_not_kept_reaches_the_reader(
    seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papertriage.cache.picks._KEEP", "INSERT INTO nowhere VALUES (?)")
    result = ran("digest")
    assert result.exit_code == 0
    assert "these picks could not be kept" in result.stderr
