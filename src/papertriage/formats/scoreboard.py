"""Report how well past days were ranked: means, the last days, and the caveats."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from textwrap import fill

from papertriage.ranking.scoreboard import (
    FIRST,
    Mean,
    Measures,
    Scoreboard,
    ScoreboardWindow,
    ScoredDay,
)
from papertriage.text import counted

SCOREBOARD_FORMATS = ("table", "json", "html")
MEASURES = {
    "precision": f"precision@{FIRST}",
    "recall": f"recall@{FIRST}",
    "average_precision": "average precision",
}
WAYS = {
    "interest": "interest",
    "topics": "topics",
    "keywords": "keywords",
    "newest": "newest first",
    "random": "random order",
}
PLOTTED = ("interest", "keywords", "newest")
_SHORT = ("int.", "key.", "new")
DIGITS = "0123456789"
"""Plain characters for a line of days: 5 stands for 0.5 to 0.6."""
UNKNOWN = "-"
_COLUMNS = 60
_DAYS = 14
_WIDTH = 79


def heading(board: Scoreboard) -> str:
    """Return one line on what is measured."""
    days = board.days
    judged, kept = sum(day.judged for day in days), sum(day.kept for day in days)
    return (
        f"{board.first} to {board.last}: {counted(judged, 'paper')} judged on"
        f" {counted(len(days), 'day')}, {kept:,} kept"
    )


def mean(value: Mean, *, signed: bool = False) -> str:
    """Return "0.52 [0.45, 0.60]", omitting an unknown interval."""
    if value.value is None:
        return UNKNOWN
    said = f"{value.value:+.2f}" if signed else f"{value.value:.2f}"
    if value.low is None or value.high is None:
        return said
    return f"{said} [{value.low:.2f}, {value.high:.2f}]"


def window_rows(window: ScoreboardWindow) -> Iterator[tuple[str, ...]]:
    """Yield one row per ranking: its name and the mean of each measure."""
    for way, means in window.ways.items():
        if way == "random":
            yield (WAYS[way], *(mean(Mean(means[one].value, None, None, 0)) for one in MEASURES))
        else:
            yield (WAYS[way], *(mean(means[one]) for one in MEASURES))


def ahead_rows(window: ScoreboardWindow) -> Iterator[tuple[str, ...]]:
    """Yield one row per simpler ranking: the lead of interest over it."""
    for way, means in window.ahead.items():
        yield (f"of {WAYS[way]}", *(mean(means[one], signed=True) for one in MEASURES))


def value_of(day: ScoredDay, way: str, measure: str) -> float | None:
    """Return a measure of a ranking on a day, or None if unknown."""
    found: Measures | None = day.ways.get(way)
    value: float | None = getattr(found, measure) if found else None
    return value


def spark(values: Sequence[float | None], marks: str = DIGITS) -> str:
    """Return one character per day, at most 60: beyond that, each is a mean of several days."""
    size = max(1, math.ceil(len(values) / _COLUMNS))
    line = ""
    for start in range(0, len(values), size):
        known = [value for value in values[start : start + size] if value is not None]
        place = int(len(marks) * math.fsum(known) / len(known)) if known else 0
        line += marks[min(place, len(marks) - 1)] if known else UNKNOWN
    return line


def sparks(board: Scoreboard, marks: str = DIGITS) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each measure's name, with a line of days for each plotted ranking."""
    for measure, name in MEASURES.items():
        lines = []
        for way in PLOTTED:
            values = [value_of(day, way, measure) for day in board.days]
            if any(value is not None for value in values):
                lines.append((WAYS[way], spark(values, marks)))
        yield name, lines


DAY_HEAD = ("day", "judged", "kept", "came", "unjudged", "picks")


def last_days(board: Scoreboard) -> Sequence[ScoredDay]:
    """Return the days that fit into a table."""
    return board.days[-_DAYS:]


def day_facts(day: ScoredDay) -> tuple[str, ...]:
    """Return the cells under DAY_HEAD."""
    shown = f"{day.shown.kept}/{day.shown.papers}" if day.shown.papers else UNKNOWN
    numbers = (day.judged, day.kept, day.new, day.unjudged)
    return (day.day, *(f"{number:,}" for number in numbers), shown)


def day_values(day: ScoredDay, measure: str) -> tuple[str, ...]:
    """Return a measure of the plotted rankings on a day."""
    values = [value_of(day, way, measure) for way in PLOTTED]
    return tuple(UNKNOWN if value is None else f"{value:.2f}" for value in values)


def believed(board: Scoreboard) -> str:
    """Report whether the predictions of interest came true."""
    found = board.reliability
    if found is None:
        return "interest: not yet, it needs keeps and skips from earlier days to learn from"
    return (
        f"interest predicted {found.expected:.0f} keeps of {counted(found.papers, 'paper')} before"
        f" they were judged; {found.kept:,} were kept (off by {found.error:.2f}, ten bins)"
    )


def shown(board: Scoreboard) -> str:
    """Report what became of the picks."""
    picks = board.shown
    decided = picks.kept + picks.skipped
    if not picks.papers:
        return "picks as shown: none on these days"
    share = f": precision {picks.kept / decided:.2f} of the decided" if decided else ""
    return (
        f"picks as shown: {counted(picks.papers, 'paper')}, {picks.kept:,} kept,"
        f" {picks.skipped:,} skipped, {picks.papers - decided:,} not decided{share}"
    )


def notes(board: Scoreboard) -> Iterator[str]:
    """Yield notes on how to read the numbers."""
    if not board.days:
        return
    whole = board.windows[0]
    mostly = "with enough earlier decisions to learn from" if whole.ahead else "with decisions"
    few = next((m.low is None for m in whole.ways["newest"].values() if m.days), True)
    yield (
        f"Means of the {counted(whole.compared, 'day')} {mostly}"
        f"{', too few for an interval' if few else ', with 95% intervals by resampling days'};"
        " recall and average precision only count days with a keep."
    )
    if whole.alike:
        yield (
            f"{whole.alike:,} of them had at most {FIRST} judged papers: every order of"
            f" these has the same first {FIRST}, so that only average precision compares them."
        )
    if board.retrained_every > 1:
        every = f"{board.retrained_every} days with decisions"
        yield f"A new model is trained every {every}."
    yield (
        "Each day is ranked by the decisions made before it. Only papers that were shown, mostly"
        " by a ranking, are judged; nothing is known about the others. Decisions count as they"
        " stand now."
    )


def lines(board: Scoreboard, marks: str = DIGITS) -> Iterator[tuple[str, str]]:
    """Yield (kind, line): head, group, interest or another ranking, days, said, note.

    All lines but those of said and note fit into 80 columns.
    """
    yield "head", heading(board)
    yield from (("", ""), ("head", _row(("", *MEASURES.values()))))
    for window in board.windows:
        yield "group", window.name
        yield from ((way, _row((f"  {way}", *cells))) for way, *cells in window_rows(window))
    if board.windows[0].ahead:
        yield "group", "interest is ahead"
        rows = ahead_rows(board.windows[0])
        yield from ((way, _row((f"  {way}", *cells))) for way, *cells in rows)
    yield from (("", ""), ("note", _scale(marks)))
    for measure, days in sparks(board, marks):
        yield "group", measure
        yield from ((way, f"  {way:<13}{line}") for way, line in days)
    yield "", ""
    yield from _last_days(board)
    yield "", ""
    yield from (("said", line) for line in (shown(board), believed(board)))
    yield from (("note", line) for line in notes(board))


def plain(board: Scoreboard) -> Iterator[str]:
    """Yield the whole report in lines of at most 80 plain characters."""
    for _, line in lines(board) if board.days else [("head", heading(board))]:
        yield f"{fill(line, _WIDTH) if len(line) > _WIDTH + 1 else line}\n"


def _scale(marks: str) -> str:
    what = "5 is 0.5 to 0.6" if marks == DIGITS else f"{marks[0]} is 0, {marks[-1]} is 1"
    return f"one character per day: {what}, {UNKNOWN} is unknown"


def _last_days(board: Scoreboard) -> Iterator[tuple[str, str]]:
    yield "head", f"{'':44}{MEASURES['precision']:<20}{MEASURES['recall']}"
    yield "head", _day_row(DAY_HEAD, _SHORT, _SHORT)
    for day in last_days(board):
        yield (
            "days",
            _day_row(day_facts(day), day_values(day, "precision"), day_values(day, "recall")),
        )
    if earlier := len(board.days) - len(last_days(board)):
        yield "note", f"{counted(earlier, 'earlier day')}: --format json"


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    return f"{first:<18}{''.join(f'{cell:<21}' for cell in others)}".rstrip()


def _day_row(facts: Sequence[str], precisions: Sequence[str], recalls: Sequence[str]) -> str:
    first, *others, picks = facts
    widths = (7, 5, 6, 9)
    middle = "".join(f"{cell:>{width}}" for cell, width in zip(others, widths, strict=True))
    numbers = "".join(f"{cell:>5}" for cell in (*precisions, "", *recalls)).rstrip()
    return f"{first:<10}{middle}{picks:>7}{numbers}"
