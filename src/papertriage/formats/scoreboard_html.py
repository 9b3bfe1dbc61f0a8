"""Report how well past days were ranked as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from papertriage.formats import page
from papertriage.formats import scoreboard as said
from papertriage.formats.scoreboard_chart import chart
from papertriage.ranking.scoreboard import Scoreboard

# Tables wider than a phone scroll on their own.
_STYLE = """
.wide{overflow-x:auto;margin:.75rem 0}table{border-collapse:collapse;font-size:.9rem}
td,th{padding:.15rem .75rem .15rem 0;text-align:left;white-space:nowrap;font-weight:400;
border-bottom:1px solid var(--line)}
thead th{white-space:normal;overflow-wrap:normal;vertical-align:bottom;font-weight:600}
.numbers td,.numbers thead th{text-align:right;font-variant-numeric:tabular-nums}"""


def scoreboard_html(board: Scoreboard) -> str:
    """Return the page, without scripts or external resources."""
    opening = page.opening("papertriage: how papers were ranked", style=_STYLE)
    return "".join([opening, *_parts(board), page.closing()])


def _parts(board: Scoreboard) -> Iterator[str]:
    yield f"<p>{page.text(said.heading(board))}</p>\n"
    for line in (said.shown(board), said.believed(board)):
        yield f"<p>{page.text(line)}</p>\n"
    if not board.days:
        return
    for window in board.windows:
        yield f"<section>\n<h2>{page.text(window.name)}</h2>\n"
        yield from _table(("", *said.MEASURES.values()), said.window_rows(window))
        if window.ahead:
            head = ("interest is ahead", *said.MEASURES.values())
            yield from _table(head, said.ahead_rows(window))
        yield "</section>\n"
    yield "<section>\n<h2>Day by day</h2>\n"
    for measure in said.MEASURES:
        yield chart(board, measure)
    yield from _table((*said.DAY_HEAD, *_measure_heads()), _days(board), "numbers")
    yield "</section>\n"
    yield from _bins(board)
    yield "<footer>\n"
    for note in said.notes(board):
        yield f"<p>{page.text(note)}</p>\n"
    yield "</footer>\n"


def _measure_heads() -> Iterator[str]:
    for name in said.MEASURES.values():
        yield from (f"{name}, {said.WAYS[way]}" for way in said.PLOTTED)


def _days(board: Scoreboard) -> Iterator[tuple[str, ...]]:
    for day in board.days:
        values = [said.day_values(day, measure) for measure in said.MEASURES]
        yield (*said.day_facts(day), *(cell for cells in values for cell in cells))


def _bins(board: Scoreboard) -> Iterator[str]:
    if board.reliability is None:
        return
    yield "<section>\n<h2>What interest predicted</h2>\n"
    rows = (
        (f"{b.low:.1f} to {b.high:.1f}", f"{b.papers:,}", f"{b.expected:.1f}", f"{b.kept:,}")
        for b in board.reliability.bins
    )
    yield from _table(("interest", "papers", "keeps predicted", "kept"), rows, "numbers")
    yield "</section>\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> Iterator[str]:
    yield f'<div class="wide">\n<table class="{kind}">\n<thead><tr>'
    yield "".join(f'<th scope="col">{page.text(cell)}</th>' for cell in head)
    yield "</tr></thead>\n<tbody>\n"
    for first, *cells in rows:
        yield f'<tr><th scope="row">{page.text(first)}</th>'
        yield "".join(f"<td>{page.text(cell)}</td>" for cell in cells)
        yield "</tr>\n"
    yield "</tbody>\n</table>\n</div>\n"
