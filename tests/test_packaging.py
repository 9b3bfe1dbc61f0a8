"""The wheel: it carries what the program reads, and works without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from papertriage import __version__

ROOT = Path(__file__).parents[1]


def _run(*words, **environment):
    # Coverage would count the installed copy as a second papertriage.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    result = subprocess.run(
        [sys.executable, "-m", *map(str, words)],
        cwd=environment.pop("directory", ROOT),
        env={**clean, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Return the wheel of this checkout."""
    place = tmp_path_factory.mktemp("wheel")
    quiet = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps")
    _run("pip", "wheel", *quiet, "--no-build-isolation", "--wheel-dir", place, ROOT)
    return next(place.glob("papertriage-*.whl"))


def test_the_wheel_carries_modules_scripts_and_seeds(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    modules = {str(path.relative_to(source)) for path in source.rglob("*.py")}
    scripts = {str(path.relative_to(source)) for path in source.rglob("*.sql")}
    seeds = {f"papertriage/{path.relative_to(ROOT)}" for path in (ROOT / "seeds").rglob("*.t*t")}
    topics = {f"papertriage/{path.relative_to(ROOT)}" for path in (ROOT / "seeds").rglob("*.toml")}
    assert scripts
    assert "papertriage/seeds/trending-papers.txt" in seeds
    assert "papertriage/seeds/model.txt" in seeds
    assert len(topics) >= 4
    schemas = {str(path.relative_to(source)) for path in source.rglob("schemas/*.json")}
    manual = f"papertriage-{__version__}.data/data/share/man/man1/papertriage.1"
    assert len(schemas) > 10
    assert modules | scripts | seeds | topics | schemas | {manual} <= names


def test_the_wheel_carries_nothing_else(wheel):
    kinds = {Path(name).suffix for name in zipfile.ZipFile(wheel).namelist()}
    places = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    own = {"papertriage", f"papertriage-{__version__}.dist-info", f"papertriage-{__version__}.data"}
    assert places == own
    assert ".pyc" not in kinds


def test_the_installed_wheel_shows_picks_without_the_checkout(wheel, tmp_path):
    site = tmp_path / "site"
    quiet = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps")
    _run("pip", "install", *quiet, "--target", site, wheel)
    place = {"directory": tmp_path, "PYTHONPATH": str(site)}
    assert _run("papertriage", "--version", **place) == f"papertriage {__version__}\n"
    picks = json.loads(_run("papertriage", "today", "--json", "--limit", "3", **place))
    assert len(picks) == 3
    assert len(json.loads(_run("papertriage", "list", "--json", "--limit", "0", **place))) == 66
