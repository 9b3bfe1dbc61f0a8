"""Pin the terminal and the clock's zone before anything reads them, and give every test its own home."""

import os

for _name in ("FORCE_COLOR", "GITHUB_ACTIONS", "CLICOLOR_FORCE", "PAPERTRIAGE_CACHE"):
    os.environ.pop(_name, None)
os.environ.update(COLUMNS="100", TERM="dumb", NO_COLOR="1", TZ="UTC", LC_ALL="C.UTF-8")

from pathlib import Path  # noqa: E402 - the environment is pinned before typer is imported

import pytest  # noqa: E402 - as above

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a new PAPERTRIAGE_HOME."""
    path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("PAPERTRIAGE_HOME", str(path))
    return path
