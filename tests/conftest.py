"""Pin the terminal and the zone before anything reads them; give every test its own home."""

import os

for _name in ("FORCE_COLOR", "GITHUB_ACTIONS", "CLICOLOR_FORCE", "PAPERTRIAGE_CACHE"):
    os.environ.pop(_name, None)
os.environ.update(COLUMNS="100", TERM="dumb", NO_COLOR="1", TZ="UTC", LC_ALL="C.UTF-8")

import shutil  # noqa: E402 - as below
import signal  # noqa: E402 - as below
from pathlib import Path  # noqa: E402 - the environment is pinned before typer is imported

import pytest  # noqa: E402 - as above
from hypothesis import settings  # noqa: E402 - as above

# How long an example takes says how busy the machine is, and nothing of the program.
settings.register_profile("no-clock", deadline=None)
settings.load_profile("no-clock")

# What is ignored here, as in the background of a script or under nohup, every process that a test
# starts would ignore too; what is handled here has its default there.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
for _number in (signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a new PAPERTRIAGE_HOME."""
    path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("PAPERTRIAGE_HOME", str(path))
    for name in ("PAPERTRIAGE_CACHE", "PAPERTRIAGE_DEBUG", "PAPERTRIAGE_NOW"):
        # Set first, so that it is taken back after the test: --cache and --debug set them.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return path


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache that was filled from the seeds on 2026-11-23, to copy."""
    from processes import ran

    path = tmp_path_factory.mktemp("seeds") / "cache.db"
    with pytest.MonkeyPatch.context() as pinned:
        pinned.setenv("PAPERTRIAGE_HOME", str(path.parent))
        pinned.setenv("PAPERTRIAGE_NOW", "2026-11-23T08:00:00Z")
        # A command that was run with --cache before has left its cache's name here.
        pinned.delenv("PAPERTRIAGE_CACHE", raising=False)
        assert ran("list").exit_code == 0
    return path


@pytest.fixture
def seeded(home: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the cache of a new home, filled from the seeds; the clock stands at 9 that morning."""
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2026-11-23T09:00:00Z")
    return Path(shutil.copy(seeds, home / "cache.db"))
