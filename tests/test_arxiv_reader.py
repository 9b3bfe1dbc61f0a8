"""Who loses papers in an imitation of arXiv is found out, and who does not is not."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from arxiv_reader import Life, Lived
from arxiv_weeks import live, outage
from arxiv_world import DAY, make_world
from arxiv_world_server import Habits
from loopback import answered
from processes import Ran

BEGIN = date(2026, 10, 26)


class _Reader:
    """A reader of a few lines, by OAI-PMH or not at all; every record is new to it."""

    def __init__(self, home: Path, *, days: int, exit_code: int = 0) -> None:
        self.home, self.days, self.exit_code = home, days, exit_code
        self.address = ""
        with sqlite3.connect(home / "cache.db") as connection:
            connection.execute("CREATE TABLE papers (id TEXT PRIMARY KEY)")
            connection.execute("CREATE TABLE receipts (source TEXT, new INTEGER)")
        connection.close()

    def __call__(self, words, environment) -> Ran:
        if words[:2] == ["config", "set"] and words[2] == "sources.arxiv-oai.url":
            self.address = words[3]
        connection = sqlite3.connect(self.home / "cache.db")
        with connection:
            if words[0] == "fetch" and self.days:
                self.fetch(connection, datetime.fromisoformat(environment["PAPERTRIAGE_NOW"]))
            ids = [row[0] for row in connection.execute("SELECT id FROM papers")]
        connection.close()
        lines = "".join(f'{{"id": "{one}"}}\n' for one in ids)
        picks = f"[{', '.join(lines.splitlines())}]"
        shown = {"export": lines, "today": picks}.get(words[0], "")
        return Ran(shown, "", self.exit_code if words[0] == "fetch" else 0)

    def fetch(self, connection: sqlite3.Connection, now: datetime) -> None:
        since = f"{now - self.days * DAY:%Y-%m-%d}"
        for name in ("cs:cs:LG", "cs:cs:CL", "stat:stat:ML"):
            query = f"verb=ListRecords&metadataPrefix=arXiv&set={name}&from={since}"
            text = answered(urlsplit(self.address).port, f"/oai?{query}").text
            for one in re.findall("<identifier>oai:arXiv.org:(.*)</identifier>", text):
                paper = (f"arxiv:{one}",)
                known = connection.execute("INSERT OR IGNORE INTO papers VALUES (?)", paper)
                connection.execute("INSERT INTO receipts VALUES ('arxiv', ?)", (known.rowcount,))


def lived(home: Path, *, days: int, exit_code: int = 0, **life: object) -> Lived:
    habits = Habits(faults=(outage(BEGIN, 8, word="status:503:0"),))
    reader = _Reader(home, days=days, exit_code=exit_code)
    return live(make_world(1, BEGIN, 42), habits, Life(days=16, looks=True, **life), home, reader)


def test_a_reader_who_brings_all_has_lost_nothing_and_one_who_counts_changes_is_found_out(
    home: Path,
) -> None:
    found = lived(home, days=5)
    assert len(found.firsts) > 150
    # The outage is told by nobody: its morning has papers missing and exit code 0.
    assert (found.lost, found.late, len(found.silent)) == ([], [], 1)
    assert found.counted > found.new_bounds()[1]
    assert len(found.wrongly_picked) > 20


def test_a_reader_who_brings_nothing_has_lost_all(home: Path) -> None:
    found = lived(home, days=0)
    assert set(found.lost) == set(found.firsts)
    assert len(found.silent) == 16
    assert found.counted == found.new_bounds()[0] == 0


def test_a_reader_who_says_that_papers_are_missing_is_not_silent(home: Path) -> None:
    assert lived(home, days=0, exit_code=3).silent == []


def test_a_window_too_short_loses_what_came_meanwhile(home: Path) -> None:
    found = lived(home, days=1, pauses=((4, 3),))
    assert len(found.lost) > 5
    late = lived_late(home / "late")
    assert len(late.late) > 5
    assert late.lost == []


def lived_late(home: Path) -> Lived:
    """Return the weeks of a reader who asks for nothing on most mornings."""
    home.mkdir()
    reader = _Reader(home, days=10)
    asked = reader.fetch
    reader.fetch = lambda connection, now: None if now.day % 3 else asked(connection, now)
    life = Life(days=14)
    return live(make_world(1, BEGIN, 42), Habits(), life, home, reader)
