from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders import make_receipt
from papertriage.cache.connection import opened
from papertriage.cache.receipts import write_receipt
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


FORMATS = ("markdown", "html", "text", "atom", "json")


@pytest.mark.parametrize("window", [(), ("--weekly",), ("--trending",), ("--since", "3d")])
def test_the_hour_changes_no_byte(
    seeded: Path, monkeypatch: pytest.MonkeyPatch, window: tuple[str, ...]
) -> None:
    for form in FORMATS:
        monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-23T07:30:00Z")
        morning = ran("digest", *window, "--format", form)
        monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-23T23:59:59Z")
        assert ran("digest", *window, "--format", form).stdout == morning.stdout
        assert morning.exit_code == 0


def test_the_format_follows_the_ending_and_directories_are_made(
    seeded: Path, tmp_path: Path
) -> None:
    for ending, start in (
        ("md", "# Papers to read, 2026-11-17 to 2026-11-23\n"),
        ("html", "<!DOCTYPE html>\n"),
        ("txt", "Papers to read, 2026-11-17 to 2026-11-23\n===="),
        ("atom", '<?xml version="1.0" encoding="utf-8"?>\n<feed'),
        ("json", '{"schema": 1,'),
    ):
        place = tmp_path / "{date}" / "week" / f"digest-{{date}}.{ending}"
        assert ran("digest", "--weekly", "-o", place).exit_code == 0
        path = tmp_path / "2026-11-23" / "week" / f"digest-2026-11-23.{ending}"
        assert path.read_text().startswith(start)


def test_a_directory_that_cannot_be_made_is_one_line(seeded: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = ran("digest", "-o", tmp_path / "file" / "x" / "digest.md")
    assert (result.exit_code, result.stdout) == (74, "")
    assert "cannot be made: not a directory" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_of_somebody_else_is_left_alone(seeded: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "2026-11-23.md"
    theirs.write_text("mine")
    assert ran("digest", "-o", tmp_path / "{date}.md").exit_code == 74
    assert theirs.read_text() == "mine"
    assert ran("digest", "-o", tmp_path / "{date}.md", "--force").exit_code == 0


def test_a_past_day_is_replayed_as_it_was_written(
    seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "digest.md"
    ran("digest", "-o", path)
    ran("today")
    ran("skip", 1, 2, 3)
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-25T09:00:00Z")
    again = ran("digest", "--as-of", "2026-11-23")
    assert (again.exit_code, again.stdout) == (0, path.read_text())
    assert again.stderr.endswith(
        "10 picks scored again by the same models; the same bytes as then\n"
    )
    result = ran("digest", "--as-of", "2026-11-23", "-o", tmp_path / "{date}.md")
    assert result.exit_code == 0
    assert (tmp_path / "2026-11-23.md").read_bytes() == path.read_bytes()


def test_a_file_is_verified_by_name_or_from_a_pipe(seeded: Path, tmp_path: Path) -> None:
    path = tmp_path / "digest.html"
    ran("digest", "-o", path)
    by_name = ran("digest", "--verify", path)
    assert by_name.exit_code == 0
    assert by_name.stdout.startswith("reproduces: the digest of 2026-11-23, made at")
    assert ran("digest", "--verify", "-", stdin=path.read_bytes()).stdout == by_name.stdout
    path.write_text(path.read_text().replace("10 papers picked", "11 papers picked"))
    edited = ran("digest", "--verify", path)
    assert edited.exit_code == 1
    assert edited.stdout.startswith("does not reproduce: the digest of 2026-11-23")
    assert ran("digest", "--verify", "-", stdin="x").stdout == "not a digest of this cache\n"
    missing = ran("digest", "--verify", tmp_path / "missing")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "missing cannot be read: no such file or directory" in missing.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--weekly", "--since", "3d"), "--weekly and --since contradict each other"),
        (("--as-of", "today", "--verify", "x"), "--verify and --as-of contradict each other"),
        (("--as-of", "today", "--date", "today"), "--as-of and --date contradict each other"),
        (("--since", "2026-11-24"), "--since 2026-11-24 is after 2026-11-23"),
        (("--as-of", "2026-11-24"), "--as-of 2026-11-24 is still to come"),
        (("--as-of", "2026-11-20"), "no digest of 2026-11-20 was kept"),
        (("--trending", "--date", "yesterday"), "--trending picks what has most upvotes now"),
        (("--format", "pdf"), "the formats are markdown, html, text, atom, json"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    seeded: Path, words: tuple[str, ...], said: str
) -> None:
    result = ran("digest", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_feed_that_failed_within_the_week_is_told_unless_it_was_mended(seeded: Path) -> None:
    def fetched(day: int, verdict: str) -> None:
        with opened(seeded) as connection:
            at = f"2026-11-{day}T07:00:00Z"
            since = f"2026-11-{day - 2}T00:00:00Z"
            write_receipt(
                connection,
                make_receipt(source="hugging-face", at=at, since=since, verdict=verdict),
            )

    fetched(20, "failed")
    result = ran("digest", "--weekly")
    assert result.exit_code == 3
    assert "hugging-face cs.LG: failed on 2026-11-20, 12 new" in result.stderr
    assert ran("digest").exit_code == 0
    fetched(22, "complete")
    result = ran("digest", "--weekly")
    assert result.exit_code == 0
    assert "complete, 24 new, 6 updated; what failed on 2026-11-20 was fetched" in result.stderr


def test_an_author_in_no_encoding_is_asked_for_and_replayed(seeded: Path) -> None:
    words = ("digest", "--author", "caf\udce9 </a>", "--format", "html")
    first = ran(*words)
    assert (first.exit_code, first.stderr) == (0, "")
    assert ran(*words, "--as-of", "today").stdout == first.stdout


def test_since_counts_back_from_the_last_day(seeded: Path) -> None:
    result = ran("digest", "--since", "2d", "--date", "2026-11-20", "--json")
    digest = json.loads(result.stdout)
    assert (digest["first"], digest["day"]) == ("2026-11-18", "2026-11-20")
    assert digest["asked"] == ["--since 2d"]


def test_the_warning_of_picks_not_kept_reaches_the_reader(
    seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papertriage.cache.picks._STORE", "INSERT INTO nowhere VALUES (?)")
    result = ran("digest")
    assert result.exit_code == 0
    assert "these picks could not be saved" in result.stderr
