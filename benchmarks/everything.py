"""Run all benchmarks and write what they print, with machine, versions and date, as a document."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

_HERE = Path(__file__).parent
SCRIPTS = (
    "startup",
    "reading",
    "importing",
    "topics",
    "retagging",
    "triage",
    "stopping",
    "interest",
    "bulk",
)
# Half an hour in all: alone, this one takes four minutes.
_SHORTENED = {"stopping": ("--sets", "6")}
_KEEPING = ("reading", "retagging")
_LIBRARIES = ("typer", "rich", "scikit-learn", "numpy", "scipy", "zstandard")


def machine() -> str:
    """Return a line on the machine and the versions that the figures depend on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return (
        f"{time.strftime('%Y-%m-%d', time.gmtime())}, {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} cores, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}, {libraries}."
    )


def section(name: str, data: Path, caches: Path | None) -> tuple[str, int]:
    """Run a script; return what it printed as markdown, and its exit code."""
    script = _HERE / f"{name}.py"
    docstring = script.read_text(encoding="utf-8").split('"""')[1]
    kept = ("--caches", str(caches)) if caches and name in _KEEPING else ()
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(script), "--data", str(data), *_SHORTENED.get(name, ()), *kept],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    sys.stdout.write(f"{name}: {time.monotonic() - begun:.0f} s, exit code {done.returncode}\n")
    verdict = "" if done.returncode == 0 else "\nA line of it was missed.\n"
    first = docstring.partition("\n")[0]
    return (
        f"## {name}\n\n{first}\n{verdict}\n```text\n{done.stdout.rstrip()}\n```\n",
        done.returncode,
    )


def sections(text: str) -> dict[str, str]:
    """Return the sections of an earlier document by name."""
    _, *parts = text.split("\n## ")
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


def main(arguments: list[str]) -> int:
    """Write the document; exit code 1 says that some line was not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="DIR")
    parser.add_argument(
        "--only", default=",".join(SCRIPTS), metavar="NAME,NAME", help="the others stay as they are"
    )
    parser.add_argument("--caches", type=Path, metavar="DIR", help="where large caches are kept")
    parser.add_argument("--output", type=Path, default=_HERE.parent / "docs" / "benchmarks.md")
    given = parser.parse_args(arguments)
    before = given.output.read_text(encoding="utf-8") if given.output.exists() else ""
    found = sections(before)
    codes = []
    for name in given.only.split(","):
        found[name], code = section(name, given.data, given.caches)
        codes.append(code)
    parts = [found[name] for name in SCRIPTS if name in found]
    text = (
        "# Benchmarks\n\nWritten by `make bench`. Times are of the CPU, on a machine that had other"
        f" work to do: trust the ratios.\n\n{machine()}\n\n" + "\n".join(parts)
    )
    given.output.write_text(text, encoding="utf-8")
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
