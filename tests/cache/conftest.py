from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from papertriage.cache.connection import opened


@pytest.fixture
def connection(home: Path) -> Iterator[sqlite3.Connection]:
    """Return an open cache that is empty."""
    with opened(home / "cache.db") as connection:
        yield connection
