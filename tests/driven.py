"""Drive papertriage on a pseudo-terminal of its own: send keys, and read what the screen shows."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import Self

from processes import PAPERTRIAGE, environment

_PATIENCE_S = 60.0
# Makes the terminal the one that the new session is controlled by, so that closing it hangs up.
_IN_CHARGE = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])"
)
_TOKEN = re.compile(
    r"\x1b\[([0-9;?<>=$]*)[ -/]*([@-~])|\x1b[P\]][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|.", re.DOTALL
)
_WHOLE = re.compile(r"\x1b(\[[0-9;?<>=$ -/]*)?$|\x1b[P\]][^\x07\x1b]*\x1b?$")


class Screen:
    """The characters that a terminal shows, for the few codes that Textual writes."""

    def __init__(self, columns: int, rows: int) -> None:
        self.rest, self.codes = "", []
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows, self.at = columns, rows, (0, 0)
        self.lines = [[" "] * columns for _ in range(rows)]

    def feed(self, text: str) -> None:
        text = self.rest + text
        cut = _WHOLE.search(text)
        self.rest = cut[0] if cut else ""
        for match in _TOKEN.finditer(text, 0, len(text) - len(self.rest)):
            self._take(match)

    def _take(self, match: re.Match[str]) -> None:
        row, column = self.at
        if match[2]:
            self.codes.append(match[0])
            if match[2] == "H":
                place = [int(n or 1) for n in (match[1] or "1").split(";")]
                self.at = (place[0] - 1, (place[1:] or [1])[0] - 1)
            elif match[2] == "J":
                self.resize(self.columns, self.rows)
        elif match[0] == "\r":
            self.at = (row, 0)
        elif match[0] == "\n":
            self.at = (row + 1, column)
        elif match[0] >= " " and not match[0].startswith("\x1b"):
            if row < self.rows and column < self.columns:
                self.lines[row][column] = match[0]
            self.at = (row, column + 1)

    @property
    def text(self) -> str:
        return "\n".join("".join(line).rstrip() for line in self.lines)


class Driven:
    """A running papertriage whose terminal this is; it leads a session, as a login shell's does."""

    def __init__(self, home: Path, *words: object, columns: int = 80, rows: int = 24, **more: str):
        self.leader, follower = pty.openpty()
        self._size(columns, rows)
        self.screen = Screen(columns, rows)
        self.process = subprocess.Popen(
            [PAPERTRIAGE[0], "-c", _IN_CHARGE, *PAPERTRIAGE, *map(str, words)],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
            env=environment(
                home,
                **{"TERM": "xterm-256color", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", **more},
            ),
        )
        os.close(follower)
        self.raw = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            os.close(self.leader)

    def _size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds: float = 0.05) -> bool:
        """Take what has been written; False once nothing more can come."""
        if select.select([self.leader], [], [], seconds)[0]:
            try:
                part = os.read(self.leader, 65_536)
            except OSError:
                return False
            if not part:
                return False
            self.raw += part
            self.screen.feed(part.decode("utf-8", "replace"))
        return True

    def until(self, *wanted: str) -> str:
        """Read until the screen shows the texts, which it draws piece by piece; return it."""
        end = time.monotonic() + _PATIENCE_S
        while not all(text in self.screen.text for text in wanted):
            alive = self.read()
            assert alive, f"ended before {wanted!r}: {self.screen.text}"
            assert time.monotonic() < end, f"no {wanted!r} on:\n{self.screen.text}"
        return self.screen.text

    def press(self, keys: str, *wanted: str) -> str:
        """Send keys, and read until the screen shows the texts."""
        os.write(self.leader, keys.encode())
        return self.until(*wanted)

    def resize(self, columns: int, rows: int, wanted: str) -> str:
        """Change the size of the terminal, which sends SIGWINCH."""
        self.screen.resize(columns, rows)
        self._size(columns, rows)
        return self.until(wanted)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Read to the end; return the exit code."""
        end = time.monotonic() + _PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < end, self.screen.text
            self.read()
        while select.select([self.leader], [], [], 0)[0] and self.read(0):
            pass
        return self.process.returncode
