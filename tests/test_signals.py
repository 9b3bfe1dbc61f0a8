"""Signals end real processes, at any moment, as docs/cli.md says."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from papertriage.errors import ExitCode
from processes import SOURCE, environment, ran, unmeasured

CODES = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.HANGUP,
}

# Signals are held back until the first line of papertriage.__main__ has run: what comes while
# Python itself starts is Python's. A background job of a script ignores SIGINT, and so may pytest.
_COMMAND = """
import signal, sys
for number in {1, 2, 15}:
    signal.signal(number, signal.SIG_DFL if number != 2 else signal.default_int_handler)
from papertriage.__main__ import main
signal.pthread_sigmask(signal.SIG_UNBLOCK, {1, 2, 15})
main()
"""


def command(home: Path, *words: object) -> subprocess.Popen[str]:
    """Start a command line that signals reach from its own first line on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, CODES)
    try:
        return subprocess.Popen(
            [sys.executable, "-c", _COMMAND, *map(str, words)],
            env=environment(home, **unmeasured()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def script(text: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program that begins as papertriage does."""
    begin = "from papertriage import signals; signals.watch()\nimport os, signal, time\n"
    end = "def hit(*_): signal.raise_signal(signal.SIGTERM)\n"
    return subprocess.run(
        [sys.executable, "-c", begin + end + text],
        env=environment(Path("/nonexistent"), **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def said(home: Path) -> Path:
    """Return a home with papers, three of them kept."""
    assert ran("keep", *(ran("list", "-n", "3", "--format", "ids").stdout.split())).exit_code == 0
    return home


def papers(number: int, name: str) -> str:
    return "".join(
        json.dumps({"id": f"{name}-{n}", "title": f"Paper {name} {n} on shift", "abstract": "text"})
        + "\n"
        for n in range(number)
    )


LINES = [["status"], ["today"], ["doctor"], ["doctor", "--deep"], ["search", "model"], ["import"]]


def signalled(home: Path, rounds: int) -> int:
    """Send signals at moments spread over each command; return how many ended one."""
    rolled = random.Random(rounds)  # noqa: S311 - moments, not secrets
    ended = stored = 0
    for words in LINES:
        began = time.monotonic()
        command(home, *_whole(words, home, "measured")).communicate(timeout=60)
        whole = time.monotonic() - began
        for turn in range(rounds):
            process = command(home, *_whole(words, home, f"turn{turn}"))
            number = rolled.choice(list(CODES))
            time.sleep(whole * turn / rounds * rolled.uniform(0.9, 1.1))
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
            assert process.returncode in {0, CODES[number]}, (words, turn, errors)
            ended += process.returncode != 0
            for word in ("Traceback", "fault", "Exception ignored", "damaged", "Aborted"):
                assert word not in errors, (words, turn, errors)
            counts = json.loads(ran("status", "--json").stdout)["counts"]
            assert counts["keep"] == 3
            assert counts["papers"] >= stored
            stored = counts["papers"]
    assert ran("doctor", "--deep").exit_code == 0
    return ended


def _whole(words: list[str], home: Path, name: str) -> list[str]:
    if words != ["import"]:
        return words
    path = home / f"{name}.jsonl"
    path.write_text(papers(2_000, name), encoding="utf-8")
    return ["import", str(path)]


def test_a_signal_at_any_moment_ends_a_command_with_its_code(said: Path) -> None:
    assert signalled(said, 2) > 3


@pytest.mark.soak
def test_hundreds_of_signals_at_any_moment_end_commands_with_their_codes(said: Path) -> None:
    assert signalled(said, 67) > 200


# Where what a signal raises is swallowed, or made into another error, before the program sees it.
SWALLOWED = {
    "__del__": "class A:\n def __del__(self): hit()\nA()",
    "a weak reference": "import weakref\nclass A: pass\na=A(); r=weakref.ref(a, hit); del a",
    "the end of a generator": "def g():\n try: yield\n finally: hit()\ni=g(); next(i); del i",
    "a bare except": "try: hit()\nexcept: pass",
    "a function that SQLite calls": """
import sqlite3
c = sqlite3.connect(':memory:'); c.create_function('f', 1, hit)
try: c.execute('SELECT f(1)').fetchall()
except sqlite3.Error: pass""",
    "a progress handler": """
import sqlite3
c = sqlite3.connect(':memory:'); c.set_progress_handler(hit, 1)
try: c.execute('SELECT 1').fetchall()
except sqlite3.Error: pass""",
    "a sort key": "[1, 2].sort(key=hit)",
    "an XML parser": """
import pyexpat
p = pyexpat.ParserCreate(); p.StartElementHandler = hit
p.Parse(b'<a/>', True)""",
    "a descriptor of a class": """
class D:
    def __set_name__(self, *_): hit()
try:
    class A: d = D()
except RuntimeError: pass""",
    "a wait": "import threading; threading.Timer(0.1, os.kill, (os.getpid(), 15)).start()",
}


@pytest.mark.parametrize("place", SWALLOWED)
def test_what_swallows_the_first_is_ended_by_the_next(place: str) -> None:
    began = time.monotonic()
    result = script(SWALLOWED[place] + "\ntime.sleep(20)\n")
    assert (result.returncode, result.stdout, result.stderr) == (143, "", "")
    assert time.monotonic() - began < 15


def test_cleaning_up_is_not_disturbed_by_the_reminder() -> None:
    result = script("""
try: hit()
finally:
    time.sleep(0.3)
    try: raise ValueError
    except ValueError: time.sleep(0.2)
    signals.check()
    print('clean')
""")
    assert (result.returncode, result.stdout, result.stderr) == (143, "clean\n", "")


def test_a_second_signal_ends_the_cleaning_up() -> None:
    result = script("""
try: hit()
finally:
    signal.raise_signal(signal.SIGINT)
    print('never')
""")
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")


def test_what_cannot_be_taken_back_is_not_done_after_a_swallowed_signal() -> None:
    result = script("""
try: hit()
except: pass
signals.check()
print('never')
""")
    assert (result.returncode, result.stdout, result.stderr) == (143, "", "")


@pytest.mark.parametrize(
    "after",
    [
        "atexit.register(hit)",  # as the interpreter ends
        "import threading; threading.Thread(target=lambda: (time.sleep(0.2), hit())).start()",
    ],
)
def test_a_signal_after_the_end_leaves_no_traceback(after: str) -> None:
    result = script(f"import atexit\n{after}\nsignals.leave()")
    assert result.returncode in {0, 143}
    assert (result.stdout, result.stderr) == ("", "")


def test_other_faults_that_python_cannot_raise_are_still_told() -> None:
    result = script("class A:\n def __del__(self): 1 / 0\nA()")
    assert "ZeroDivisionError" in result.stderr


@pytest.mark.parametrize("number", CODES)
def test_a_signal_that_is_ignored_at_the_start_stays_ignored(home: Path, number: int) -> None:
    text = f"""
import signal, sys
signal.signal({number}, signal.SIG_IGN)
from papertriage.__main__ import main
signal.raise_signal({number})
main()
"""
    result = subprocess.run(
        [sys.executable, "-c", text, "status"],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_a_library_that_makes_an_error_of_a_signal_is_not_believed(home: Path) -> None:
    text = """
import os, signal, sys
from papertriage import __main__, cli
def run():
    try: os.kill(os.getpid(), signal.SIGTERM); signal.sigtimedwait([], 5)
    except BaseException: raise RuntimeError('no import')
cli.main = run
__main__.main()
"""
    result = subprocess.run(
        [sys.executable, "-c", text],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (143, "")


@pytest.mark.parametrize("line", ["doctor", "doctor --deep", "doctor --rebuild-index"])
def test_a_signal_in_a_function_that_sqlite_calls_is_no_damage(home: Path, line: str) -> None:
    text = """
import os, signal, sys
from papertriage import __main__
from papertriage.cache import packing
def unpacked(stored):
    os.kill(os.getpid(), signal.SIGINT)
    return packing.packed(stored)
packing.teach = lambda connection: connection.create_function('unpacked', 1, unpacked)
__main__.main()
"""
    long = " ".join(f"word{n}" for n in range(200))
    stdin = json.dumps({"id": "p", "title": "title", "abstract": long})
    ran("import", "-", stdin=stdin.replace("word1", "word"))
    result = subprocess.run(
        [sys.executable, "-c", _listening() + text, *line.split()],
        env=environment(home, **unmeasured()),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (130, "")
    assert ran("doctor").exit_code == 0


def _listening() -> str:
    return "import signal; signal.signal(2, signal.default_int_handler)\n"


def test_the_first_import_of_all_is_of_what_watches() -> None:
    text = (SOURCE / "papertriage" / "__main__.py").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith(("import", "from", "signals"))]
    assert lines[:3] == [
        "from __future__ import annotations",
        "from papertriage import signals",
        "signals.watch()",
    ]
