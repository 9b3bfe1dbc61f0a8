from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import make_receipt
from papertriage import config
from papertriage.cache.connection import opened
from papertriage.cache.receipts import write_receipt
from processes import finished, ran, shell, started
from smtp_server import SmtpServer

ME = "me@example.org"
PASSWORD = "S3CRET-canary"  # noqa: S105 - invented, to look for


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
    assert "cannot create the directory" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_of_somebody_else_is_left_alone(seeded: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "2026-11-23.md"
    theirs.write_text("mine")
    assert ran("digest", "-o", tmp_path / "{date}.md").exit_code == 74
    assert theirs.read_text() == "mine"
    assert ran("digest", "-o", tmp_path / "{date}.md", "--force").exit_code == 0


def test_a_past_day_is_printed_as_it_was_written(
    seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "digest.md"
    ran("digest", "-o", path)
    ran("today")
    ran("skip", 1, 2, 3)
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-25T09:00:00Z")
    again = ran("digest", "--as-of", "2026-11-23")
    assert (again.exit_code, again.stdout) == (0, path.read_text())
    assert again.stderr == ""
    result = ran("digest", "--as-of", "2026-11-23", "-o", tmp_path / "{date}.md")
    assert result.exit_code == 0
    assert (tmp_path / "2026-11-23.md").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--weekly", "--since", "3d"), "--weekly and --since cannot be used together"),
        (("--as-of", "today", "--date", "today"), "--as-of and --date cannot be used together"),
        (("--since", "2026-11-24"), "--since 2026-11-24 is after the last day, 2026-11-23"),
        (("--as-of", "2026-11-24"), "--as-of 2026-11-24 is in the future"),
        (("--as-of", "2026-11-20"), "no digest of 2026-11-20 was stored"),
        (("--trending", "--date", "yesterday"), "--trending cannot be used for a past day"),
        (("--format", "pdf"), "choose from markdown, html, text, atom, json"),
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
    assert "complete, 24 new, 6 updated; failed on 2026-11-20 but was fetched" in result.stderr


def test_an_author_in_no_encoding_is_asked_for_and_printed_again(seeded: Path) -> None:
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
    assert "could not record these picks" in result.stderr


@pytest.fixture
def server(seeded: Path) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        for name, value in (
            *(("host", "127.0.0.1"), ("port", str(server.port)), ("security", "none")),
            *(("from", "papers@example.org"), ("user", "me@example.org")),
        ):
            config.change(f"mail.{name}", value)
        (seeded.parent / "password").write_text(PASSWORD)
        (seeded.parent / "password").chmod(0o600)
        config.change("mail.password-file", "password")
        yield server


def test_a_digest_is_written_and_mailed_once(server: SmtpServer) -> None:
    plain = ran("digest").stdout
    result = ran("digest", "--email", ME)
    assert (result.exit_code, result.stdout) == (0, plain)
    assert result.stderr == "10 papers mailed to me@example.org\n"
    again = ran("digest", "--email", ME)
    assert (again.exit_code, again.stdout) == (0, plain)
    assert "was already mailed to" in again.stderr
    (mail,) = server.mails
    assert mail.recipients == (ME,)
    assert mail.login == (ME, PASSWORD)
    assert ran("digest", "--email", ME, "--resend").exit_code == 0
    assert len(server.mails) == 2


def test_a_mail_that_fails_leaves_the_digest_written(server: SmtpServer, tmp_path: Path) -> None:
    server.faults = {"RCPT": "550 no such user"}
    result = ran("digest", "--email", ME, "-o", tmp_path / "{date}.md")
    assert result.exit_code == 1
    assert result.stderr == (
        f"no mail sent to me@example.org: 127.0.0.1:{server.port} refused the mail: 550"
        " no such user; run the same command to try again\n"
    )
    assert (tmp_path / "2026-11-23.md").read_text() == ran("digest").stdout


def test_a_wrong_address_is_told_before_anything_is_written(server: SmtpServer) -> None:
    result = ran("digest", "--email", "me\nBcc: you@example.org")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_a_repeat_needs_an_address(seeded: Path) -> None:
    result = ran("digest", "--resend")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--resend requires --email ADDRESS" in result.stderr


def test_without_settings_the_mail_is_a_configuration_error(seeded: Path) -> None:
    result = ran("digest", "--email", ME)
    assert result.exit_code == 78
    assert result.stdout == ran("digest").stdout
    assert "config set mail.host" in result.stderr


def test_a_password_that_others_can_read_is_a_configuration_error(
    server: SmtpServer, seeded: Path
) -> None:
    (seeded.parent / "password").chmod(0o644)
    result = ran("digest", "--email", ME)
    assert result.exit_code == 78
    assert f"chmod 600 {seeded.parent / 'password'}" in result.stderr
    assert server.connections == 0


def test_the_format_of_a_mail_shows_it_and_sends_nothing(server: SmtpServer) -> None:
    shown = ran("digest", "--format", "email")
    assert shown.stdout.replace("\r\n ", " ").startswith("Subject: Papers to read, 2026-11-23: ")
    assert "\r\nTo: papers@example.org\r\n" in shown.stdout
    config.change("mail.to", "you@example.org")
    assert "\r\nTo: you@example.org\r\n" in ran("digest", "--format", "email").stdout
    assert server.connections == 0
    sent = ran("digest", "--format", "email", "--email", ME)
    assert sent.stdout.encode() == server.mails[0].content


def test_missed_days_are_in_one_digest(server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("digest", "--json", "--since-last", "--email", ME)
    first = json.loads(ran(*words).stdout)
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-24T09:00:00Z")
    tuesday = [paper["id"] for paper in json.loads(ran("today", "--json").stdout)]
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-25T09:00:00Z")
    server.faults = {"MAIL": "451 later"}
    assert ran(*words).exit_code == 1
    server.faults = {}
    caught = json.loads(ran(*words).stdout)
    ids = [paper["id"] for paper in caught["picks"]]
    assert set(tuesday) < set(ids)
    assert not {paper["id"] for paper in first["picks"]} & set(ids)
    assert len(server.mails) == 2
    assert "was already mailed to" in ran(*words).stderr
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-26T09:00:00Z")
    later = {paper["id"] for paper in json.loads(ran(*words).stdout)["picks"]}
    assert not later & set(ids)


def test_files_are_caught_up_with_as_mails_are(
    seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("digest", "--json", "--since-last", "-o", tmp_path / "{date}.json")
    assert ran(*words).exit_code == 0
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-24T09:00:00Z")
    tuesday = {paper["id"] for paper in json.loads(ran("today", "--json").stdout)}
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-25T09:00:00Z")
    assert ran(*words).exit_code == 0
    written = (tmp_path / "2026-11-25.json").read_text()
    assert tuesday < {paper["id"] for paper in json.loads(written)["picks"]}
    assert ran(*words).exit_code == 0
    assert (tmp_path / "2026-11-25.json").read_text() == written


def test_of_two_at_once_one_sends(server: SmtpServer, seeded: Path) -> None:
    more = {"PAPERTRIAGE_NOW": "2026-11-23T09:00:00Z"}
    both = [started(seeded.parent, "digest", "--email", ME, env=more) for _ in range(2)]
    said = [process.communicate(timeout=300)[1] for process in both]
    assert len(server.mails) == 1, said
    assert sum(b"mailed to" in one for one in said) == 1
    assert 0 in {process.returncode for process in both}


def _killed(server: SmtpServer, home: Path, step: str) -> None:
    server.faults = {step: "hang"}
    server.reached.clear()
    process = started(
        home, "digest", "--email", ME, env={"PAPERTRIAGE_NOW": "2026-11-23T09:00:00Z"}
    )
    assert server.reached.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=300)
    server.faults = {}


@pytest.mark.parametrize("step", ["EHLO", "."])
def test_a_kill_between_the_two_states_never_sends_twice(
    server: SmtpServer, seeded: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    _killed(server, seeded.parent, step)
    taken = len(server.mails)
    assert taken == (step == ".")
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-23T10:00:00Z")
    result = ran("digest", "--email", ME)
    assert result.exit_code == 1
    assert "may have been mailed" in result.stderr
    assert len(server.mails) == taken
    assert ran("digest", "--email", ME, "--resend").exit_code == 0
    assert len(server.mails) == taken + 1
    assert len({mail.parsed["Message-ID"] for mail in server.mails}) == 1


def test_a_signal_before_the_message_leaves_the_digest_unsent(
    server: SmtpServer, seeded: Path
) -> None:
    server.faults = {"EHLO": "hang"}
    more = {"PAPERTRIAGE_NOW": "2026-11-23T09:00:00Z"}
    process = started(seeded.parent, "digest", "--email", ME, env=more)
    assert server.reached.wait(60)
    process.terminate()
    process.communicate(timeout=300)
    assert process.returncode == 143
    server.faults = {}
    result = ran("digest", "--email", ME)
    assert result.stderr == "10 papers mailed to me@example.org\n"


@pytest.mark.parametrize("from_environment", [False, True])
def test_the_password_is_told_to_the_server_alone(
    server: SmtpServer, seeded: Path, *, from_environment: bool
) -> None:
    home = seeded.parent
    more = {"PAPERTRIAGE_NOW": "2026-11-23T09:00:00Z", "PAPERTRIAGE_DEBUG": "1"}
    if from_environment:
        more["PAPERTRIAGE_SMTP_PASSWORD"] = PASSWORD
    said = ""
    for fault in (
        {"AUTH": f"535 {PASSWORD}"},
        {"RCPT": f"550 {PASSWORD}"},
        {".": "drop"},
    ):
        server.faults = fault
        result = finished(home, "digest", "--email", ME, "--debug", env=more)
        assert result.returncode == 1
        assert "Traceback" in result.stderr
        said += result.stdout + result.stderr
    server.faults = {}
    for words in (
        ["digest", "--email", ME, "--resend"],
        ["digest", "--format", "email"],
        ["config", "list"],
        ["config", "get", "mail.password-file"],
        ["status", "--json"],
        ["doctor"],
        ["schedule", "show"],
        ["schedule", "install", "--print", "--with", "cron", "--email", ME],
    ):
        result = finished(home, *words, env=more)
        assert result.returncode == 0, result.stderr
        said += result.stdout + result.stderr
    assert server.mails[-1].login == (ME, PASSWORD)
    assert "S3CRET" not in said
    (home / "password").unlink()
    assert not [
        path for path in home.rglob("*") if path.is_file() and b"S3CRET" in path.read_bytes()
    ]


def test_the_password_is_in_nobodys_list_of_processes(server: SmtpServer, seeded: Path) -> None:
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("this system shows no processes as files")
    server.faults = {"RCPT": "hang"}
    process = started(
        seeded.parent, "digest", "--email", ME, env={"PAPERTRIAGE_NOW": "2026-11-23T09:00:00Z"}
    )
    assert server.reached.wait(60)
    assert b"S3CRET" not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
    process.kill()
    process.communicate(timeout=300)
