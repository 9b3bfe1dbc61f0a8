"""Run code on a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from fcntl import ioctl
from pathlib import Path

TESTS = Path(__file__).parents[1]
SGR = re.compile(r"\x1b\[[0-9;]*m")
PAPERS = """
import sys; sys.path.insert(0, {tests!r})
from builders import *
from hostile import HOSTILE_TITLES
from papertriage.render.terminal import *
def hostile(n, t):
    return make_picked(n, title=t, abstract=t, authors=(t, t), comment=t, url=t, categories=(t,),
        id=t, published=t, pick=make_pick(n, topic=t, reasons=(t,)),
        topics=(make_score(t, evidence=((t, 1.0),)),), labels={{t: True}})
papers = [hostile(n, t) for n, t in enumerate(HOSTILE_TITLES, 1)]
"""


def on_pty(code, columns=80, **environment):
    """Run the code with all three streams on a new pseudo-terminal; return what it showed."""
    leader, follower = pty.openpty()
    ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    setup = PAPERS.format(tests=str(TESTS))
    process = subprocess.Popen(
        [sys.executable, "-c", setup + code],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={name: value for name, value in os.environ.items() if name.startswith("COV")}
        | {"TERM": "xterm-256color", "LANG": "C.UTF-8", **environment},
    )
    os.close(follower)
    shown = b""
    with contextlib.suppress(OSError):
        while part := os.read(leader, 65_536):
            shown += part
    os.close(leader)
    assert process.wait() == 0, shown.decode(errors="replace")
    return shown.decode().replace("\r\n", "\n")
