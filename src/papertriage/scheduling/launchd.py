"""Keep the job as a launchd agent of the user."""

from __future__ import annotations

import os
import plistlib
import shutil
import sys
from pathlib import Path

from papertriage import paths
from papertriage.scheduling.job import Job, shell_line
from papertriage.scheduling.programs import demand, run

LABEL = "papertriage.schedule"


def works() -> bool:
    """Return whether this is a Mac."""
    return sys.platform == "darwin" and shutil.which("launchctl") is not None


def written(job: Job) -> str:
    """Return the agent's property list."""
    agent = {
        "Label": LABEL,
        "ProgramArguments": ["/bin/sh", "-c", shell_line(job)],
        "StartCalendarInterval": {"Hour": job.hour, "Minute": job.minute},
        "ProcessType": "Background",
    }
    return plistlib.dumps(agent, sort_keys=False).decode()


def install(job: Job) -> None:
    """Write the agent and load it; raises ScheduleError, after removing the agent."""
    path = _path()
    _unload()
    paths.write_private(path, written(job))
    try:
        demand("launchctl", "bootstrap", _domain(), str(path))
    except Exception:
        path.unlink(missing_ok=True)
        raise


def installed() -> str | None:
    """Return the installed agent, None if there is none."""
    path = _path()
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def remove() -> None:
    """Unload the agent and delete it."""
    _unload()
    _path().unlink(missing_ok=True)


def _unload() -> None:
    # Ignore the failure if nothing is loaded.
    run("launchctl", "bootout", f"{_domain()}/{LABEL}")


def _domain() -> str:
    if sys.platform == "win32":
        # Windows has neither launchd nor os.getuid().
        return ""
    return f"gui/{os.getuid()}"


def _path() -> Path:
    return Path("~/Library/LaunchAgents").expanduser() / f"{LABEL}.plist"
