"""Keep the job in the user's crontab, between two marker lines."""

from __future__ import annotations

import re
import shutil

from papertriage.errors import ScheduleError
from papertriage.scheduling.job import Job, shell_line
from papertriage.scheduling.programs import demand, run

BEGIN = "# papertriage schedule: begin (`papertriage schedule remove` takes this away)"
END = "# papertriage schedule: end"


def works() -> bool:
    """Return whether crontab is available."""
    return shutil.which("crontab") is not None


def written(job: Job) -> str:
    """Return the job's lines."""
    # crontab(5): an unescaped % ends the line, and the rest is fed to the command.
    line = shell_line(job).replace("%", r"\%")
    return f"{BEGIN}\n{job.minute} {job.hour} * * * {line}\n{END}\n"


def install(job: Job) -> None:
    """Write the job's lines, replacing earlier ones; raises ScheduleError."""
    block = written(job).encode()
    demand("crontab", "-", stdin=with_block(_table(), block))
    if block not in _table():
        msg = "crontab accepted the lines but did not store them: is cron installed and allowed?"
        raise ScheduleError(msg)


def installed() -> str | None:
    """Return the job's lines in the crontab, None if there are none."""
    if not works():
        return None
    table = _table()
    begin, end = _span(_lines(table))
    found = b"".join(_lines(table)[begin:end])
    return found.decode("utf-8", "replace") or None


def remove() -> None:
    """Remove the job's lines; raises ScheduleError."""
    demand("crontab", "-", stdin=with_block(_table(), b""))


def with_block(table: bytes, block: bytes) -> bytes:
    """Return a crontab with our block replaced and every other byte unchanged."""
    lines = _lines(table)
    begin, end = _span(lines)
    before, after = b"".join(lines[:begin]), b"".join(lines[end:])
    if block and before and not before.endswith(b"\n"):
        before += b"\n"
    return before + block + after


def _span(lines: list[bytes]) -> tuple[int, int]:
    """Return where our lines begin and end; both are the end of the table if there are none."""
    stripped = [line.rstrip(b"\r\n").decode("utf-8", "replace") for line in lines]
    begins = [at for at, line in enumerate(stripped) if line == BEGIN]
    ends = [at for at, line in enumerate(stripped) if line == END]
    if not begins and not ends:
        return len(lines), len(lines)
    if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0]:
        msg = "papertriage's markers in your crontab do not match: fix them with `crontab -e`"
        raise ScheduleError(msg)
    return begins[0], ends[0] + 1


def _table() -> bytes:
    done = run("crontab", "-l")
    # The first is from cron and cronie, the second from BusyBox.
    if done.code and not any(
        words in done.stderr.lower() for words in ("no crontab for", "no such file")
    ):
        # Fail: an empty table would be written back.
        demand("crontab", "-l")
    return b"" if done.code else done.stdout


def _lines(table: bytes) -> list[bytes]:
    # Not splitlines: it also splits at \r, \v and \f.
    return [line for line in re.split(rb"(?<=\n)", table) if line]
