from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from arxiv_server import ArxivServer, invented_papers
from papertriage import config
from papertriage.scheduling import cron
from processes import ran
from schedulers import Programs, minimal_environment, programs_of
from smtp_server import SmtpServer

SOURCE = str(Path(__file__).parents[2] / "src")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seeded: Path) -> Programs:
    monkeypatch.setenv("PYTHONPATH", SOURCE)
    return programs_of(tmp_path, monkeypatch)


def test_a_schedule_is_shown_installed_replaced_and_removed(programs: Programs, home: Path) -> None:
    programs.add("crontab")
    words = ("schedule", "install", "--daily", "7:30")
    printed = ran(*words, "--print")
    assert printed.exit_code == 0
    assert not programs.crontab.exists()
    assert not (home / "digests").exists()
    result = ran(*words)
    where = home / "digests" / "{date}.html"
    assert result.stderr == f"scheduled daily at 07:30 with cron: writes {where}\n"
    assert result.exit_code == 0
    assert ran("schedule", "show").stdout == printed.stdout
    again = ran("schedule", "install", "--daily", "9:00", "-o", "/notes/{date}.md")
    assert again.stderr == "scheduled daily at 09:00 with cron: writes /notes/{date}.md\n"
    assert programs.crontab.read_text().count("papertriage fetch") == 1
    assert ran("schedule", "remove").stderr == "removed the schedule from cron\n"
    assert programs.crontab.read_text() == ""
    for words in (("schedule", "show"), ("schedule", "remove")):
        result = ran(*words)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr.startswith("nothing is scheduled")


def test_one_scheduler_has_it_at_a_time(programs: Programs) -> None:
    programs.add("crontab", "systemctl")
    assert ran("schedule", "install", "--with", "cron").exit_code == 0
    result = ran("schedule", "install")
    assert "removed the previous schedule from cron\n" in result.stderr
    assert "with systemd" in result.stderr
    assert "loginctl enable-linger" in result.stderr
    assert cron.installed() is None
    assert ran("schedule", "show").stdout.count("ExecStart=") == 2


def test_a_time_before_the_papers_and_a_lost_password_are_told(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.add("crontab")
    installed = ran("schedule", "install", "--daily", "3:00")
    assert "appear at 04:00 or 05:00 local time" in installed.stderr
    monkeypatch.setenv("PAPERTRIAGE_SMTP_PASSWORD", "S3CRET")
    config.change("mail.to", "me@example.org")
    result = ran("schedule", "install")
    assert "and mailed to me@example.org" in result.stderr
    assert "do not see PAPERTRIAGE_SMTP_PASSWORD" in result.stderr
    assert "--email me@example.org" in programs.crontab.read_text()
    assert "S3CRET" not in result.stderr + programs.crontab.read_text()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--daily", "25:00"], 2),
        (["--email", "me"], 2),
        (["--with", "at"], 2),
        (["-o", "a\nb"], 2),
        ([], 1),
        (["--with", "cron"], 1),
    ],
)
def test_what_cannot_be_scheduled_is_one_line(
    programs: Programs, words: list[str], code: int
) -> None:
    result = ran("schedule", "install", *words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (code, "", 1)


@pytest.mark.parametrize("broken", [False, True])
def test_crons_line_fetches_writes_and_mails(
    programs: Programs,
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    broken: bool,
) -> None:
    odd = tmp_path / 'it\'s 100% "mine" $HOME'
    home.rename(odd)
    monkeypatch.setenv("PAPERTRIAGE_HOME", str(odd))
    programs.add("crontab")
    papers = ArxivServer(invented_papers(5), always="html" if broken else "")
    with papers, SmtpServer() as server:
        for name, value in (
            *(
                ("sources.arxiv.url", papers.url),
                ("sources.arxiv.delay", "0"),
                ("sources.arxiv.query", "all:a"),
            ),
            *(("mail.host", "127.0.0.1"), ("mail.port", str(server.port))),
            *(("mail.security", "none"), ("mail.from", "papers@example.org")),
        ):
            config.change(name, value)
        assert ran("schedule", "install", "--email", "me@example.org").exit_code == 0
        line = programs.crontab.read_text().splitlines()[1]
        command = line.split(" ", 5)[5].replace(r"\%", "%")
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=tmp_path,
            env=minimal_environment(PAPERTRIAGE_NOW="2026-11-23T09:00:00Z"),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    log = (odd / "schedule.log").read_text()
    # The digest says of a feed that failed that it did.
    assert (done.returncode, done.stdout, done.stderr) == (3 if broken else 0, "", ""), log
    assert "10 papers mailed to me@example.org" in log
    assert papers.requests
    (mail,) = server.mails
    assert mail.recipients == ("me@example.org",)
    assert (odd / "digests" / "2026-11-23.html").read_text().startswith("<!DOCTYPE html>")
    assert {path.stat().st_mode & 0o077 for path in odd.glob("digests/*")} == {0}
