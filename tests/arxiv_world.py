"""Invent a world like arXiv's, from a seed: what is submitted, held, announced and changed when.

It knows nothing of papertriage, which is checked against it. All times are UTC, an evening is the
Eastern date on which arXiv announces at 20:00, and a day of the daily feed is the date after it.
The rules: https://info.arxiv.org/help/availability.html.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
DAY = timedelta(days=1)
WATCHED = ("cs.LG", "cs.CL", "stat.ML")
# 2026 as arXiv has published it; 2027 is invented, and much alike.
HOLIDAYS = frozenset(
    date(year, month, day)
    for year, days in {
        2026: ((1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31)),
        2027: ((1, 1), (1, 18), (6, 18), (7, 5), (9, 6), (11, 25), (12, 24), (12, 27), (12, 30)),
    }.items()
    for month, day in days
)
_SUBJECTS = (
    ("Aligning Language Models with Human Preferences", "reward models and preference tuning"),
    ("Score Matching for Diffusion Models", "the denoising process of a diffusion model"),
    ("Robustness under Distribution Shift", "out-of-distribution generalization of classifiers"),
    ("Causal Discovery from Interventions", "the causal graph behind observational data"),
    ("Faster Sparse Matrix Products", "memory traffic of sparse kernels"),
)
_METHODS = ("a Simple Bound", "Random Restarts", "Weak Supervision", "Adaptive Steps", "Two Views")
_FORENAMES = ("Ada", "Bob", "Mei", "Jürgen", "Ana María", "Zoë")
_SURNAMES = ("Example", "Sample", "Invented", "Groß", "de la Cruz", "Placeholder", "O'Hara")
# How often, and in what a paper is filed; the first is primary.
_FILED = (
    *((5, ("cs.LG",)), (3, ("cs.LG", "stat.ML")), (3, ("cs.CL",)), (2, ("cs.CL", "cs.LG"))),
    *((2, ("stat.ML", "cs.LG")), (1, ("stat.ML",)), (1, ("cs.CV", "cs.LG"))),
    *((1, ("math.OC", "stat.ML")), (1, ("eess.SP", "cs.LG")), (1, ("hep-th", "cs.LG"))),
    *((2, ("cs.CV",)), (1, ("math.OC",)), (1, ("eess.SP",)), (1, ("hep-th",))),
)
_ANCIENT = 90
_OLD_IDS = ("cs/03{:02}0{:02}", "1304.{:02}{:02}", "1906.1{:02}{:02}", "2404.3{:02}{:02}")
_WITHDRAWN = "This paper has been withdrawn by the authors due to an error in Lemma 2"


@dataclass(frozen=True)
class Version:
    """A version: when it was submitted, on which evening announced, and what it says of itself."""

    submitted: datetime
    evening: date
    comment: str = ""


@dataclass(frozen=True)
class Change:
    """A change of metadata alone: seen at once by OAI-PMH, announced nowhere."""

    at: datetime
    name: str
    value: str


@dataclass(frozen=True)
class WorldPaper:
    """All that ever happens to a paper; crossed are the later cross-lists: category, evening."""

    id: str
    title: str
    abstract: str
    authors: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]
    versions: tuple[Version, ...]
    crossed: tuple[tuple[str, date], ...] = ()
    changes: tuple[Change, ...] = ()
    removed: datetime | None = None

    def announced(self, watched: Iterable[str]) -> tuple[date, str] | None:
        """Return the evening it first was news in some categories, and as what: new or cross."""
        wanted = set(watched)
        if within(self.categories, wanted):
            kind = "new" if within(self.categories[:1], wanted) else "cross"
            return self.versions[0].evening, kind
        later = [evening for category, evening in self.crossed if within((category,), wanted)]
        return (min(later), "cross") if later else None


@dataclass(frozen=True)
class Seen:
    """A paper as it stands at some moment."""

    paper: WorldPaper
    versions: tuple[Version, ...]
    categories: tuple[str, ...]
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """The papers, by their ids; the reader's days are from begin to end."""

    papers: dict[str, WorldPaper]
    begin: date
    end: date


def within(categories: Iterable[str], wanted: set[str]) -> bool:
    """Tell whether some of the categories are among those wanted: cs.LG, or cs for the archive."""
    return any(name in wanted or name.partition(".")[0] in wanted for name in categories)


def eastern(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Return the moment of an Eastern wall clock."""
    return datetime.combine(day, time(hour, minute), EASTERN).astimezone(UTC)


def eastern_day(now: datetime) -> date:
    """Return the Eastern date."""
    return now.astimezone(EASTERN).date()


def announces(evening: date) -> bool:
    """Tell whether arXiv announces that evening: Sunday to Thursday, holidays left out."""
    return evening.weekday() not in {4, 5} and evening not in HOLIDAYS


def evening_before(day: date) -> date:
    """Return the last evening of an announcement before a date."""
    evening = day - DAY
    while not announces(evening):
        evening -= DAY
    return evening


def cutoff(evening: date) -> datetime:
    """Return when the papers of an evening must be ready: at 14:00, for Sunday on Friday."""
    return eastern(evening - 2 * DAY if evening.weekday() == 6 else evening, 14)


def evening_for(ready: datetime) -> date:
    """Return the evening on which a paper is announced that is ready at a time."""
    # Friday 15:00 is past Sunday's cut-off, and no evening before the date's own has one to come.
    evening = eastern_day(ready)
    while not announces(evening) or cutoff(evening) < ready:
        evening += DAY
    return evening


def seen(paper: WorldPaper, out: Callable[[date], bool], until: datetime) -> Seen | None:
    """Return a paper after the evenings that are out and the changes until a time."""
    versions = tuple(version for version in paper.versions if out(version.evening))
    if not versions or (paper.removed is not None and paper.removed <= until):
        return None
    crossed = tuple(category for category, evening in paper.crossed if out(evening))
    metadata = {"comment": versions[-1].comment}
    for change in paper.changes:
        if change.at <= until:
            metadata[change.name] = change.value
    return Seen(paper, versions, paper.categories + crossed, metadata)


def make_world(
    seed: int,
    begin: date,
    days: int,
    *,
    ids: str = "announcement",
    before: int = 75,
    watched: tuple[str, ...] = WATCHED,
) -> World:
    """Return a world in which a reader lives for some days from begin on.

    ids are given in the order of announcement, or of submission.
    """
    chance = random.Random(seed)  # noqa: S311 - a world that can be made again
    first, end = begin - before * DAY, begin + days * DAY
    inventor = _Inventor(chance, first, end, set(watched), begin)
    recent = [inventor.recent(when) for when in _submissions(chance, first, end)]
    ancient = [inventor.ancient(number) for number in range(_ANCIENT)]
    named = [*ancient, *_numbered(chance, recent, ids)]
    papers = {paper.id: paper for paper in inventor.removals(named)}
    assert len(papers) == len(named)
    return World(papers, begin, end)


def _submissions(chance: random.Random, first: date, end: date) -> Iterator[datetime]:
    """Yield times of submission: more before the cut-off than at night, some at it exactly."""
    for number in range((end - first).days):
        day = first + number * DAY
        free = day.weekday() > 4 or day in HOLIDAYS
        deadline = eastern(day, 14)
        for _ in range(chance.randint(3, 5) if free else chance.randint(12, 17)):
            share = chance.random()
            if share < 0.05:
                yield deadline + timedelta(seconds=chance.randint(-2, 2))
            elif share < 0.5:
                yield deadline - timedelta(seconds=chance.randint(0, 4 * 3600))
            else:
                yield eastern(day) + timedelta(seconds=chance.randint(0, 86_399))


def _numbered(chance: random.Random, papers: list[WorldPaper], order: str) -> Iterator[WorldPaper]:
    """Give papers their ids, in the order of announcement or of submission."""

    def place(paper: WorldPaper) -> tuple[date, datetime]:
        version = paper.versions[0]
        day = version.evening if order == "announcement" else eastern_day(version.submitted)
        return day, version.submitted

    month, number = "", 0
    for paper in sorted(papers, key=place):
        if f"{place(paper)[0]:%y%m}" != month:
            month, number = f"{place(paper)[0]:%y%m}", 0
        number += chance.randint(1, 9)
        yield replace(paper, id=f"{month}.{number:05}")


class _Inventor:
    """Invent papers and what happens to them between two dates."""

    def __init__(
        self, chance: random.Random, first: date, end: date, watched: set[str], begin: date
    ) -> None:
        self.chance, self.first, self.end = chance, first, end
        self.watched, self.begin = watched, begin
        self.made = 0
        weekdays = (first + number * DAY for number in range((end - first).days))
        self.evenings = [day for day in weekdays if announces(day)]

    def recent(self, submitted: datetime) -> WorldPaper:
        """Return a paper submitted in the world's time; one in twelve is held for 1 to 30 days."""
        held = self.chance.randint(1, 30) if self.chance.random() < 1 / 12 else 0
        ready = submitted + timedelta(days=held, hours=self.chance.random() if held else 0)
        return self._lived(self._paper((Version(submitted, evening_for(ready), self._comment()),)))

    def ancient(self, number: int) -> WorldPaper:
        """Return a paper of years ago, with one version or up to six."""
        form = _OLD_IDS[number % len(_OLD_IDS)]
        when = eastern(date(2003 + number % 4 * 7, 1 + number % 12, 3), 12)
        versions = []
        for _ in range(1 if number % 3 == 0 else self.chance.randint(1, 6)):
            versions.append(Version(when, evening_for(when), self._comment()))
            when += self.chance.randint(5, 30) * DAY
        paper = self._paper(tuple(versions))
        return replace(self._lived(paper), id=form.format(1 + number % 12, number))

    def removals(self, papers: list[WorldPaper]) -> list[WorldPaper]:
        """Let arXiv remove a paper from before the reader's time, and one days after it came."""
        before = [paper for paper in papers if paper.versions[0].evening < self.begin - 9 * DAY]
        known = [
            paper
            for paper in papers
            if self.begin + 4 * DAY < paper.versions[0].evening < self.end - 9 * DAY
        ]
        gone = {
            chosen.id: eastern(max(chosen.versions[0].evening, self.begin) + 5 * DAY, 11)
            for some in (before, known)
            for chosen in self.chance.sample(some, min(1, len(some)))
        }
        return [replace(paper, removed=gone.get(paper.id)) for paper in papers]

    def _paper(self, versions: tuple[Version, ...]) -> WorldPaper:
        self.made += 1
        subject, matter = _SUBJECTS[self.made % len(_SUBJECTS)]
        method = _METHODS[self.made // len(_SUBJECTS) % len(_METHODS)]
        weights, filed = zip(*_FILED, strict=True)
        people = {
            (self.chance.choice(_FORENAMES), self.chance.choice(_SURNAMES))
            for _ in range(self.chance.randint(1, 3))
        }
        return WorldPaper(
            id="",
            title=f"{subject} by {method}, Study {self.made}",
            abstract=f"We study {matter}. With $x_{{{self.made}}} < y$ we show that "
            f"{method.lower()} helps in {self.made + 2} of {self.made + 3} cases & never hurts.",
            authors=tuple(sorted(people)),
            categories=self.chance.choices(filed, weights)[0],
            versions=versions,
        )

    def _comment(self) -> str:
        return f"{self.chance.randint(6, 40)} pages" if self.chance.random() < 0.6 else ""

    def _lived(self, paper: WorldPaper) -> WorldPaper:
        """Return the paper with what comes after its announcement."""
        paper = replace(paper, versions=self._replaced(paper.versions))
        paper = replace(paper, crossed=self._cross_listed(paper))
        return replace(paper, changes=tuple(self._changed(paper)))

    def _replaced(self, versions: tuple[Version, ...]) -> tuple[Version, ...]:
        """Add versions, up to seven; a few withdraw the paper, which ends it."""
        chance = self.chance
        likely = 0.4 if versions[0].evening >= self.first else 0.9
        # What is old is replaced within the world's time.
        after = max(eastern(versions[-1].evening, 21), eastern(self.first))
        while len(versions) < 7 and chance.random() < likely:
            when = after + timedelta(days=chance.expovariate(1 / 18), minutes=7)
            withdrawn = chance.random() < 0.04
            comment = _WITHDRAWN if withdrawn else self._comment()
            versions += (Version(when, evening_for(when), comment),)
            after, likely = eastern(versions[-1].evening, 21), 0.6
            if withdrawn:
                break
        return versions

    def _cross_listed(self, paper: WorldPaper) -> tuple[tuple[str, date], ...]:
        """Add cross-lists: of a third of what is in no watched category, and of a few others."""
        outside = self.watched.isdisjoint(paper.categories)
        evening = paper.versions[0].evening
        # A second cross-list of a paper that was news before the reader's time could be told from
        # a first one by nobody.
        if not outside and (evening <= self.begin or self.chance.random() > 0.05):
            return ()
        if outside and self.chance.random() > 0.45:
            return ()
        longest = 45 if evening >= self.first else (self.end - self.first).days
        start = max(evening, self.first) + self.chance.randint(2, longest) * DAY
        at = bisect_left(self.evenings, start)
        left = sorted(self.watched.difference(paper.categories))
        if at >= len(self.evenings) or not left:
            return ()
        return ((self.chance.choice(left), self.evenings[at]),)

    def _changed(self, paper: WorldPaper) -> list[Change]:
        """Change metadata: of recent papers within days, of older ones at any time."""
        chance, changes = self.chance, []
        evening = paper.versions[0].evening
        old = evening < self.first
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2)) + 2 * old):
            since = max(eastern(evening, 20), eastern(self.first))
            span = (eastern(self.end) - since) / DAY
            after = span * chance.random() if old else chance.expovariate(1 / 8)
            name = chance.choice(("doi", "journal", "comment"))
            value = {
                "doi": f"10.1000/invented.{self.made}",
                "journal": f"J. Invented Res. {chance.randint(1, 40)} (2026) {self.made}",
                "comment": f"{chance.randint(6, 40)} pages, code is available",
            }[name]
            # Nobody sees a change of what OAI-PMH does not show yet.
            changes.append(Change(since + timedelta(hours=3, days=after), name, value))
        return sorted(changes, key=lambda change: change.at)
