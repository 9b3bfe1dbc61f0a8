"""Whatever the system refuses: every command ends with one line and a code that docs/cli.md has."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from papertriage import config
from papertriage.cli import COMMANDS
from papertriage.errors import ExitCode
from processes import PAPERTRIAGE, environment, ran, unmeasured, without_privileges

# {home} stands for the home, {id} for a paper in it.
LINES = [
    *("today", "list -o {home}/list.md --force", "search model", "similar {id}", "show {id}"),
    *("why {id}", "why-not {id}", "triage", "export --consumer c -o {home}/b.jsonl --force"),
    *("digest -o {home}/d.md --force", "schedule show", "fetch", "import {home}/p.jsonl"),
    *("tag {home}/p.jsonl", "keep {id}", "skip {id}", "later {id}", "undo {id}"),
    *("label {id} --topic ood", "topics add gamma --phrase graph --yes", "topics remove ood"),
    *("topics edit ood --recall 0.9 --yes", "topics list", "stats", "status", "doctor"),
    *("simulate {home}/r.csv --label included", "doctor --backup {home}/c.db", "doctor --vacuum"),
    *("doctor --salvage {home}/s.db", "doctor --restore {home}/bak.db", "config list"),
    *("config set picks.limit 9", "schema", "completion bash", "doctor --rebuild-index"),
]
DAILY = [
    *("today", "list -o {home}/list.md --force", "fetch", "import {home}/p.jsonl", "keep {id}"),
    *("topics edit ood --recall 0.9 --yes", "config set picks.limit 9", "doctor"),
    *("doctor --backup {home}/c.db", "tag {home}/p.jsonl"),
]
CODES = {value for name, value in vars(ExitCode).items() if name.isupper()}


def test_every_command_is_tried() -> None:
    assert {line.split()[0] for line in LINES} == set(COMMANDS)


@pytest.fixture
def filled(seeded: Path) -> Path:
    """Return a home with papers, a backup, files to import, and a feed that nobody serves."""
    home = seeded.parent
    shutil.copy(seeded, home / "bak.db")
    (home / "p.jsonl").write_text('{"id": "p", "title": "A title", "abstract": "text"}\n')
    rows = "".join(f"Paper {n},text {n},{n % 3 == 0:d}\n" for n in range(12))
    (home / "r.csv").write_text(f"title,abstract,included\n{rows}")
    config.change("sources.enabled", "feeds")
    config.change("sources.feeds.urls", "http://127.0.0.1:9/")
    return home


def limited(kind: int, most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(kind, (most, most))


def _papers() -> str:
    return ran("list", "-n", "1", "--format", "ids").stdout.strip()


def told(
    home: Path, lines: list[str], *, before: Callable[[], None] | None = None, **more: object
) -> dict[str, int]:
    """Run the lines as processes; return their codes after a look at what they said."""
    named = more.pop("named", home)
    codes = {}
    for line in lines:
        words = line.format(home=os.fsdecode(home), id=more.get("paper", "1")).split()
        done = subprocess.run(
            [*more.get("wrapped", ()), *PAPERTRIAGE, *words],
            # Python keeps half a compiled module where it may write no more.
            env=environment(
                named, PYTHONDONTWRITEBYTECODE="1", PAPERTRIAGE_NOW=NOW, **unmeasured()
            ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            preexec_fn=before,
            timeout=120,
            check=False,
        )
        errors = done.stderr.decode(errors="replace")
        for word in ("internal error", "Traceback", "Exception ignored"):
            assert word not in errors, (line, errors)
        assert done.returncode in CODES, (line, errors)
        assert done.returncode == 0 or errors.strip() or done.stdout, line
        codes[line] = done.returncode
    return codes


NOW = "2026-11-23T09:00:00Z"

LIMITS = [
    *((resource.RLIMIT_NOFILE, most) for most in (6, 7, 9)),
    *((resource.RLIMIT_FSIZE, most) for most in (0, 4096)),
]


@pytest.mark.parametrize(("kind", "most"), [LIMITS[0], LIMITS[3]])
def test_a_limit_that_is_met_is_one_line(filled: Path, kind: int, most: int) -> None:
    codes = told(filled, DAILY, before=limited(kind, most), paper=_papers())
    if kind == resource.RLIMIT_FSIZE:
        for line in ("fetch", "import {home}/p.jsonl", "keep {id}", "config set picks.limit 9"):
            assert codes[line] == ExitCode.DISK, line
    assert ran("doctor").exit_code == 0


@pytest.mark.soak
@pytest.mark.parametrize(("kind", "most"), LIMITS)
def test_every_command_meets_every_limit_in_one_line(filled: Path, kind: int, most: int) -> None:
    told(filled, LINES, before=limited(kind, most), paper=_papers())
    assert ran("doctor").exit_code in {0, 1}


@pytest.mark.parametrize("mode", [0o000, 0o500, 0o600])
def test_a_home_without_rights_is_one_line(filled: Path, mode: int) -> None:
    paper, wrapped = _papers(), without_privileges()
    filled.chmod(mode)
    try:
        codes = told(filled, DAILY, wrapped=wrapped, paper=paper)
    finally:
        filled.chmod(0o700)
    if mode == 0o500:
        assert codes["today"] == 0
        assert codes["fetch"] == codes["keep {id}"] == ExitCode.DISK
    else:
        assert set(codes.values()) == {ExitCode.CONFIGURATION}


@pytest.mark.parametrize("place", ["bak.db", "bak.db/x", "loop", "x" * 300])
def test_a_home_that_is_none_is_one_line(filled: Path, place: str) -> None:
    (filled / "loop").symlink_to(filled / "loop")
    codes = told(filled, ["today", "fetch", "config list"], named=filled / place)
    assert set(codes.values()) == {ExitCode.CONFIGURATION}


def test_a_home_whose_name_is_no_utf_8_works(filled: Path, tmp_path: Path) -> None:
    home = tmp_path / os.fsdecode(b"h\xff\xfe")
    try:
        shutil.copytree(filled, home)
    except OSError:
        pytest.skip("this file system has names in UTF-8 alone")
    lines = [*DAILY, "doctor --restore {home}/bak.db", "doctor --salvage {home}/s.db"]
    codes = told(home, lines, paper=_papers())
    assert codes.pop("fetch") == ExitCode.PARTLY_DONE
    assert set(codes.values()) == {0}


@pytest.mark.parametrize("name", ["config.toml", "cache.db", "topics/ood.model", "topics/x.toml"])
def test_a_directory_where_a_file_should_be_is_one_line(filled: Path, name: str) -> None:
    paper = _papers()
    (filled / name).unlink(missing_ok=True)
    (filled / name).mkdir(parents=True)
    told(filled, [*DAILY[:6:2], "doctor"], paper=paper)
