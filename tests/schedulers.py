"""Put programs of a scheduler's names on PATH that keep what they are given."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

_PROGRAMS = {
    # As cron's own: -l says what is kept or that nothing is, - keeps standard input.
    "crontab": """
kept = place / "crontab.kept"
if (place / "denied").exists():
    sys.exit("you are not allowed to use this program (crontab)")
if words == ["-l"]:
    if not kept.exists():
        sys.exit("no crontab for somebody")
    sys.stdout.buffer.write(kept.read_bytes())
elif words == ["-"]:
    table = sys.stdin.buffer.read()
    if table and not table.endswith(b"\\n"):
        sys.exit("new crontab file is missing newline before EOF, can't install.")
    kept.write_bytes(table)
else:
    sys.exit("usage error")
""",
    "systemctl": """
if (place / "no session").exists():
    sys.exit("Failed to connect to bus: No medium found")
if "enable" in words and (place / "denied").exists():
    sys.exit("Failed to enable unit: Access denied")
""",
    "launchctl": """
if words[0] == "bootstrap" and (place / "denied").exists():
    sys.exit("Bootstrap failed: 5: Input/output error")
if words[0] == "bootout":
    sys.exit("Boot-out failed: 3: No such process")
""",
}


class Programs:
    """A directory on PATH with programs that write their words to `log`, a line each."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.place.mkdir()

    def add(self, *names: str) -> None:
        """Put programs there."""
        for name in names:
            path = self.place / name
            path.write_text(
                f"#!{sys.executable} -IS\nimport sys\nfrom pathlib import Path\n"
                "place, words = Path(__file__).parent, sys.argv[1:]\n"
                "with (place / 'log').open('a') as log:\n"
                f"    log.write(' '.join(['{name}', *words]) + '\\n')\n{_PROGRAMS[name]}"
            )
            path.chmod(0o700)

    def set(self, state: str) -> None:
        """Have the programs fail: "denied" or "no session"."""
        (self.place / state).touch()

    @property
    def log(self) -> list[str]:
        """Return what was called, in order."""
        path = self.place / "log"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def crontab(self) -> Path:
        """Return the file that holds the crontab."""
        return self.place / "crontab.kept"


def programs_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Return programs that are all there is on PATH, with a home of their own."""
    programs = Programs(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(programs.place))
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / "user").mkdir()
    return programs


def minimal_environment(**more: str) -> dict[str, str]:
    """Return what cron gives a command, with measured coverage where that is on."""
    cov = {name: value for name, value in os.environ.items() if name.startswith("COV")}
    return {"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", **cov, **more}
