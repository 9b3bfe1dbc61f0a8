from __future__ import annotations

import errno
import json
import os
import pty
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from caches import cache_of
from hostile import HOSTILE_TITLES
from papertriage import __version__
from papertriage.cache.connection import opened, writing
from papertriage.cli import COMMANDS
from papertriage.errors import ExitCode
from processes import PAPERTRIAGE, environment, finished, ran, shell, started, unmeasured


@pytest.fixture
def cache(home: Path) -> Path:
    with cache_of(home / "cache.db", *(f"ood 0.9 paper {n}" for n in range(600))):
        return home / "cache.db"


def lines(number: int) -> str:
    """Return JSON lines of invented papers."""
    return "".join(
        json.dumps(
            {"id": f"p{n}", "title": f"Paper {n} on a distribution shift", "abstract": "text"}
        )
        + "\n"
        for n in range(number)
    )


def test_every_command_has_a_help_of_its_own() -> None:
    shown = ran("--help").stdout
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", shown, re.MULTILINE)
        result = ran(name, "--help")
        assert result.exit_code == 0
        assert "--cache FILE" in result.stdout
        assert "--debug" in result.stdout


def test_no_command_shows_the_help() -> None:
    result = ran()
    assert result.exit_code == 2
    assert "Usage: papertriage" in result.stdout + result.stderr


def test_the_version_is_told() -> None:
    assert ran("--version").stdout == f"papertriage {__version__}\n"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["tody"], "unknown command 'tody': did you mean today?\n"),
        (["xyzzy"], "unknown command 'xyzzy': see `papertriage --help`\n"),
        (["--nosuch"], "papertriage: No such option: --nosuch (see papertriage --help)\n"),
        (["show"], "papertriage show: Missing argument 'ID...' (see papertriage show --help)\n"),
        (["config", "sat"], "papertriage config: No such command 'sat'. Did you mean 'set'?"),
        (["today", "extra"], "papertriage today: Got unexpected extra argument"),
    ],
)
def test_a_wrong_command_line_is_one_line(words: list[str], line: str) -> None:
    result = ran(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(line)


@pytest.mark.parametrize("before", [True, False])
def test_the_cache_is_named_before_or_after_the_command(
    home: Path, tmp_path: Path, before: bool
) -> None:
    option, command = ["--cache", tmp_path / "other.db"], ["status"]
    result = ran(*(option + command if before else command + option))
    assert result.exit_code == 0
    assert (tmp_path / "other.db").exists()
    assert not (home / "cache.db").exists()


@pytest.mark.parametrize("words", [["--debug", "show", "x"], ["show", "--debug", "x"]])
def test_debug_shows_where_and_nothing_else_does(cache: Path, words: list[str]) -> None:
    assert "Traceback" in ran(*words).stderr
    os.environ.pop("PAPERTRIAGE_DEBUG")
    assert "Traceback" not in ran("show", "x").stderr


@pytest.mark.parametrize("fault", [AssertionError, RecursionError, UnicodeError])
def test_a_fault_of_ours_is_one_line(
    cache: Path, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def broken(*_: object) -> None:
        raise fault(*["in\vvented"])

    monkeypatch.setattr("papertriage.commands.list.list_papers", broken)
    result = ran("list")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith(f"internal error: {fault.__name__}: in")


@pytest.mark.parametrize(
    ("refusal", "code", "line"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x/a"), 7, "/x/a: no space left on dev"),
        (OSError(errno.EROFS, "Read-only file system", b"/x/\xff"), 7, "/x/\ufffd: read-only file"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), 7, "disk quota exceeded: free space"),
        (OSError(errno.EMFILE, "Too many open files", "/x"), 1, "/x: too many open files: raise"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), 1, "cannot allocate memory: close"),
        (OSError(errno.EIO, "Input/output error", "/a", None, "/b"), 1, "/a: /b: input/output err"),
        (OSError("in\vvented"), 1, "in"),
        (MemoryError(), 1, "there is not enough memory"),
    ],
)
def test_what_the_system_refuses_is_one_line_of_its_own(
    cache: Path, monkeypatch: pytest.MonkeyPatch, refusal: Exception, code: int, line: str
) -> None:
    def refused(*_: object) -> None:
        raise refusal

    monkeypatch.setattr("papertriage.commands.list.list_papers", refused)
    result = ran("list")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (code, "", 1)
    assert result.stderr.startswith(f"papertriage list: {line}")


# Every code that a command line reaches by itself; signals and streams follow below.
def _text_file(cache: Path) -> list[str]:
    cache.with_name("text.db").write_text("Dear diary, nothing of note happened to me today. " * 9)
    return ["--cache", str(cache.with_name("text.db")), "list"]


def _wrong_settings(cache: Path) -> list[str]:
    cache.with_name("config.toml").write_text("picks.limit = 'ten'")
    return ["today"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (lambda _: ["list"], ExitCode.DONE),
        (lambda _: ["list", "--limit", "x"], ExitCode.USAGE),
        (lambda _: ["import", "-"], ExitCode.PARTLY_DONE),
        (lambda _: ["list", "--author", "nobody", "--fail-if-empty"], ExitCode.NOTHING_TO_SHOW),
        (_text_file, ExitCode.CACHE_UNUSABLE),
        (lambda _: ["list", "-o", "/nonexistent/x"], ExitCode.OUTPUT),
        (_wrong_settings, ExitCode.CONFIGURATION),
    ],
)
def test_an_exit_code_says_how_it_went(cache: Path, words, code: int) -> None:
    result = ran(*words(cache), stdin='{"nothing": 1}')
    assert result.exit_code == code
    assert result.stderr.count("\n") == (
        0 if code == ExitCode.DONE else len(result.stderr.splitlines())
    )


def test_a_busy_cache_has_its_code(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened.__wrapped__, "__kwdefaults__", {"wait": 0.01})
    with opened(cache) as connection, writing(connection):
        result = ran("keep", "2510.00001")
    assert result.exit_code == ExitCode.CACHE_BUSY
    assert result.stderr.startswith("the cache is busy, another papertriage is writing to")
    assert ran("keep", "2510.00001").exit_code == 0


def test_a_full_disk_has_its_code(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from papertriage.cache import connection as module

    real = module._connect

    def small(path: Path, wait: float):
        connection = real(path, wait)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(module, "_connect", small)
        result = ran("import", "-", stdin=lines(600))
    assert result.exit_code == ExitCode.DISK
    assert "the disk is full" in result.stderr
    assert ran("import", "-", stdin=lines(600)).exit_code == 0


def test_a_reader_that_leaves_early_ends_it_quietly(home: Path) -> None:
    # More than a pipe holds, 64 KiB, whatever the format: what fits may be written before it left.
    papers = (
        json.dumps({"title": f"Paper {n} on dry walls", "doi": f"10.1000/{n}{'x' * 100}"}) + "\n"
        for n in range(1_500)
    )
    assert ran("import", "--no-tags", "-", stdin="".join(papers)).exit_code == 0
    for form in ("table", "json", "jsonl", "ids"):
        result = shell(home, f"papertriage list --limit 0 --format {form} | head -1")
        assert (result.returncode, result.stderr) == (ExitCode.CLOSED_PIPE, ""), form
        assert result.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "command", ["list", "today --json", "status", "config list", "digest", "tag"]
)
@pytest.mark.parametrize(("stream", "reason"), [(">&-", "closed"), (">/dev/full", "no space left")])
def test_output_that_goes_nowhere_is_told(
    cache: Path, command: str, stream: str, reason: str
) -> None:
    result = shell(cache.parent, f'echo \'{{"title": "x"}}\' | papertriage {command} {stream}')
    assert result.returncode == ExitCode.OUTPUT
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_decision_needs_no_output(cache: Path) -> None:
    assert shell(cache.parent, "papertriage keep 2510.00001 >&- 2>&-").returncode == 0
    assert ran("list", "--decision", "keep", "--format", "ids").stdout == "arxiv:2510.00001\n"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, ExitCode.INTERRUPTED),
        (signal.SIGTERM, ExitCode.TERMINATED),
        (signal.SIGHUP, ExitCode.HANGUP),
    ],
)
def test_a_signal_keeps_what_was_stored(
    home: Path, tmp_path: Path, number: signal.Signals, code: ExitCode
) -> None:
    (tmp_path / "papers.jsonl").write_text(lines(20_000))
    process = started(home, "import", tmp_path / "papers.jsonl", env=unmeasured())
    told = process.stderr.readline() + process.stderr.readline()
    process.send_signal(number)
    _, rest = process.communicate(timeout=120)
    assert process.returncode == code
    counts = re.findall(rb"stored ([\d,]+) papers\n", told + rest)
    assert b"".join(b"stored %s papers\n" % count for count in counts) == told + rest
    status = json.loads(ran("status", "--json").stdout)
    stored = status["counts"]["papers"]
    assert int(counts[-1].replace(b",", b"")) <= stored < 20_000
    assert [feed["verdict"] for feed in status["feeds"]] == ["partial"]


def test_any_locale_and_any_bytes_of_a_shell_do(cache: Path) -> None:
    ran("import", "-", stdin='{"title": "Über 量子"}')
    ran("list")
    for more in (
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
    ):
        result = finished(cache.parent, "search", "uber", env=more)
        assert result.returncode == 0
        assert "Über 量子" in result.stdout
    for words in (
        ["search"],
        ["show"],
        ["list", "--author"],
        ["list", "--since"],
        ["today", "--topic"],
    ):
        result = subprocess.run(
            [*PAPERTRIAGE, *words, b"\xff"],
            env=environment(cache.parent),
            capture_output=True,
            check=False,
        )
        assert result.returncode in {0, 2}, result.stderr
        assert result.stderr.count(b"\n") == 1


def test_pipes_join_commands(cache: Path) -> None:
    line = "papertriage list --format ids -n 1 | papertriage show - --json | papertriage import -"
    result = shell(cache.parent, line)
    assert result.returncode == 0, result.stderr
    assert "complete: 0 new" in result.stderr


def on_terminal(home: Path, *words: str) -> str:
    """Return what a command line writes to a pseudo-terminal of 80 columns."""
    leader, follower = pty.openpty()
    more = {"TERM": "xterm-256color", "COLUMNS": "80", "LANG": "C.UTF-8"}
    process = started(home, *words, env=more, stdin=follower, stdout=follower, stderr=follower)
    os.close(follower)
    shown = b""
    with suppress(OSError):
        while part := os.read(leader, 65_536):
            shown += part
    os.close(leader)
    assert process.wait(60) == 0, shown.decode(errors="replace")
    return shown.decode()


ALLOWED = re.compile(r"\x1b\[[0-9;]*m|\r\n|\n")


def test_hostile_papers_never_reach_a_terminal_as_codes(home: Path) -> None:
    papers = [
        json.dumps({"id": f"p{n}", "title": title, "abstract": f"ood {title}", "authors": [title]})
        for n, title in enumerate(HOSTILE_TITLES)
        if title.strip() and "\ud800" not in title
    ]
    assert ran("import", "-", stdin="\n".join(papers)).exit_code == 0
    for words in (
        ["list", "--limit", "0"],
        ["today", "--limit", "0"],
        ["show", *ran("list", "-n", 0, "--format", "ids").stdout.split()],
    ):
        shown = on_terminal(home, *words)
        assert shown
        assert not re.search(
            "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", ALLOWED.sub("", shown)
        )


def test_a_bar_is_drawn_on_a_terminal_and_no_lines(home: Path, tmp_path: Path) -> None:
    (tmp_path / "papers.jsonl").write_text(lines(600))
    shown = on_terminal(home, "import", str(tmp_path / "papers.jsonl"))
    assert "complete: 600 new" in shown
    assert "stored 500" not in shown


def test_keeping_while_importing_loses_nothing(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "papers.jsonl").write_text(lines(4_000))
    process = started(cache.parent, "import", tmp_path / "papers.jsonl")
    for n in range(1, 21):
        result = ran("keep", f"2510.{n:05}")
        assert result.exit_code == 0, result.stderr
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    counts = json.loads(ran("status", "--json").stdout)["counts"]
    assert (counts["papers"], counts["keep"]) == (4_600, 20)


def test_two_may_start_on_a_fresh_home_at_once(home: Path) -> None:
    processes = [started(home, "today", "--format", "ids") for _ in range(3)]
    outputs = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    assert json.loads(ran("status", "--json").stdout)["counts"]["papers"] == 66


def test_papertriage_runs_as_a_module_and_a_script() -> None:
    script = Path(sys.executable).with_name("papertriage")
    if not script.exists():
        pytest.skip("papertriage is not installed beside this Python")
    for words in (PAPERTRIAGE, [str(script)]):
        done = subprocess.run([*words, "--version"], capture_output=True, text=True, check=True)
        assert done.stdout == f"papertriage {__version__}\n"


def test_the_help_groups_the_commands() -> None:
    lines = ran("--help").stdout.splitlines()
    panels: dict[str, list[str]] = {}
    for line in lines[lines.index("Daily:") :]:
        if line.endswith(":"):
            names = panels.setdefault(line.removesuffix(":"), [])
        elif line.startswith("  ") and not line.startswith("  For exit codes"):
            names.append(line.split()[0])
    assert panels == {
        "Daily": [
            *("today", "triage", "keep", "skip", "later", "undo", "list", "search"),
            *("show", "similar"),
        ],
        "Papers in": ["fetch", "import"],
        "Interest": ["topics", "label", "why", "why-not", "stats"],
        "Papers out": ["digest", "export", "schedule"],
        "Maintenance": ["status", "doctor", "config", "completion"],
        "For other programs": ["tag", "simulate", "schema"],
    }
