"""Keep the job as a systemd user timer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from papertriage import paths
from papertriage.errors import PapertriageError, ScheduleError
from papertriage.scheduling.job import Job
from papertriage.scheduling.programs import demand, run

MARK = "# Written by `papertriage schedule install`; `papertriage schedule remove` takes it away.\n"
_TIMER, _SERVICE = "papertriage.timer", "papertriage.service"


def works() -> bool:
    """Return whether a systemd user session is running."""
    if shutil.which("systemctl") is None:
        return False
    return run("systemctl", "--user", "show-environment").code == 0


def written(job: Job) -> str:
    """Return the units, each after its path."""
    return "\n".join(f"# {path}\n{text}" for path, text in _units(job).items())


def install(job: Job) -> None:
    """Write the units and start the timer; on failure restore the old ones and raise."""
    units = _units(job)
    before = {path: _ours(path) for path in units}
    try:
        for path, text in units.items():
            paths.write_private(path, text)
        demand("systemctl", "--user", "daemon-reload")
        demand("systemctl", "--user", "enable", _TIMER)
        demand("systemctl", "--user", "restart", _TIMER)
    except PapertriageError:
        for path, old in before.items():
            if old is None:
                path.unlink(missing_ok=True)
            else:
                paths.write_private(path, old)
        raise


def installed() -> str | None:
    """Return the installed units, None if there are none."""
    found = {path: _text(path) for path in _paths()}
    ours = {path: text for path, text in found.items() if text and text.startswith(MARK)}
    return "\n".join(f"# {path}\n{text}" for path, text in ours.items()) or None


def remove() -> None:
    """Stop the timer and delete the units; raises ScheduleError."""
    demand("systemctl", "--user", "disable", "--now", _TIMER)
    for path in _paths():
        if _ours(path) is not None:
            path.unlink(missing_ok=True)
    demand("systemctl", "--user", "daemon-reload")


def _paths() -> list[Path]:
    named = os.environ.get("XDG_CONFIG_HOME", "")
    config = Path(named) if named.startswith(os.sep) else Path("~/.config").expanduser()
    return [config / "systemd" / "user" / name for name in (_SERVICE, _TIMER)]


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}"
        raise ScheduleError(msg) from error


def _ours(path: Path) -> str | None:
    text = _text(path)
    if text is not None and not text.startswith(MARK):
        msg = f"{path} was not written by papertriage: move it first"
        raise ScheduleError(msg)
    return text


def _units(job: Job) -> dict[Path, str]:
    settings = " ".join(_quoted(f"{name}={value}") for name, value in job.environment)
    service = f"""\
{MARK}[Unit]
Description=Fetch new papers and write the digest

[Service]
Type=oneshot
UMask=0077
Environment={settings}
ExecStart=-{_command(job.fetch)}
ExecStart={_command(job.digest)}
"""
    timer = f"""\
{MARK}[Unit]
Description=The daily digest of new papers

[Timer]
OnCalendar=*-*-* {job.hour:02}:{job.minute:02}:00
Persistent=true

[Install]
WantedBy=timers.target
"""
    return dict(zip(_paths(), (service, timer), strict=True))


def _command(words: Iterable[str]) -> str:
    # systemd.service(5): $ names a variable in every word but the first.
    first, *rest = (_quoted(word) for word in words)
    return " ".join([first, *(word.replace("$", "$$") for word in rest)])


def _quoted(text: str) -> str:
    r"""Return a word quoted for a unit: %, \ and " are escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
