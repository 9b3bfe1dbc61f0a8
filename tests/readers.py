"""Let an invented reader decide on days of invented papers: bird song is kept, farming skipped."""

from __future__ import annotations

import random
import sqlite3
from datetime import date, timedelta

from caches import named_paper, store_papers
from invented import invented_text
from papertriage.cache import picks
from papertriage.cache.journal import decide
from papertriage.models import Pick

LAST = date(2026, 11, 22)


class Reader:
    """Reads so many papers a day, of which one in four is on bird song."""

    def __init__(self, connection: sqlite3.Connection, seed: int = 3) -> None:
        self.connection = connection
        self.chance = random.Random(seed)  # noqa: S311 - invented texts, no secrets
        self.lines = 0

    def new_line(self) -> str:
        self.lines += 1
        return f"line-{self.lines:05}"

    def said(self, decision, *names: str, at: str) -> None:
        decide(self.connection, list(names), decision, at=at, new_line=self.new_line)

    def day(self, day: date, papers: int = 16, left: int = 4) -> list[str]:
        """Let papers come at 6; all but the last few are picked and decided at 8."""
        wanted = {f"{day}-{n}": self.chance.random() < 0.25 for n in range(papers)}
        found = []
        for name, singing in wanted.items():
            text = invented_text(self.chance, singing=singing)
            found.append(named_paper(name, title=text.title, abstract=text.abstract))
        store_papers(self.connection, *found, now=f"{day}T06:00:00Z")
        shown = list(wanted)[: papers - left]
        rows = [(name, Pick(rank, 0.5, "ood")) for rank, name in enumerate(shown, 1)]
        picks.record(self.connection, str(day), rows, at=f"{day}T07:00:00Z")
        for name in shown:
            decision = "keep" if wanted[name] else "skip"
            self.said(decision, name, at=f"{day}T08:00:00.000000Z")
        return shown

    def days(self, count: int, **how: int) -> None:
        """Read on so many days, up to LAST."""
        for back in reversed(range(count)):
            self.day(LAST - timedelta(days=back), **how)
