"""Chart a measure by day, as self-contained SVG that does not rely on colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from papertriage.formats import page
from papertriage.formats import scoreboard as said
from papertriage.ranking.scoreboard import Scoreboard

_WIDTH, _HEIGHT = 640, 150
_LEFT, _TOP, _BOTTOM = 32, 26, 126
# Lines differ in width and dashes, so that colours are not needed.
_STROKES = {"interest": ("2.5", ""), "keywords": ("1.5", "6 4"), "newest": ("1.5", "1.5 3")}


def chart(board: Scoreboard, measure: str) -> str:
    """Return a figure of one measure, or "" if it is known on fewer than two days."""
    lines = {
        way: values
        for way in said.PLOTTED
        if (values := [said.value_of(day, way, measure) for day in board.days])
        and sum(value is not None for value in values) > 1
    }
    if not lines:
        return ""
    days = [day.day for day in board.days]
    name = said.MEASURES[measure]
    title = page.text(f"{name}, {days[0]} to {days[-1]}")
    return (
        f"<figure>\n{''.join(_svg(name, lines, days))}"
        f"<figcaption>{title}; the numbers are in the table below</figcaption>\n</figure>\n"
    )


def _svg(name: str, lines: dict[str, list[float | None]], days: Sequence[str]) -> Iterator[str]:
    said_so = (
        f"{name} per day, {days[0]} to {days[-1]}: {', '.join(said.WAYS[way] for way in lines)}"
    )
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
        f' height="{_HEIGHT}" role="img" aria-label="{page.text(said_so)}"'
        ' font-family="system-ui,sans-serif" font-size="12" fill="currentColor"'
        ' stroke="currentColor" stroke-linejoin="round">\n'
    )
    yield from _legend(lines)
    for value in (0.0, 0.5, 1.0):
        y = _height(value)
        yield f'<path d="M{_LEFT} {y}H{_WIDTH}" stroke-opacity=".25"/>\n'
        yield f'<text x="0" y="{y + 4}" stroke="none">{value:g}</text>\n'
    for way, values in lines.items():
        yield f'<path d="{"".join(_way(values))}" fill="none"{_stroke(way)}/>\n'
    yield f'<text x="{_LEFT}" y="{_HEIGHT - 6}" stroke="none">{page.text(days[0])}</text>\n'
    yield (
        f'<text x="{_WIDTH}" y="{_HEIGHT - 6}" text-anchor="end" stroke="none">'
        f"{page.text(days[-1])}</text>\n</svg>\n"
    )


def _legend(ways: dict[str, list[float | None]]) -> Iterator[str]:
    for place, way in enumerate(ways):
        x = _LEFT + 150 * place
        yield f'<path d="M{x} 10h28" fill="none"{_stroke(way)}/>\n'
        yield f'<text x="{x + 34}" y="14" stroke="none">{page.text(said.WAYS[way])}</text>\n'


def _stroke(way: str) -> str:
    width, dashes = _STROKES[way]
    return f' stroke-width="{width}"' + (f' stroke-dasharray="{dashes}"' if dashes else "")


def _height(value: float) -> float:
    return round(_BOTTOM - value * (_BOTTOM - _TOP), 1)


def _way(values: Sequence[float | None]) -> Iterator[str]:
    """Yield the line's points, skipping days on which the value is unknown."""
    step = (_WIDTH - _LEFT) / max(1, len(values) - 1)
    letter = "M"
    for place, value in enumerate(values):
        if value is not None:
            yield f"{letter}{_LEFT + place * step:.1f} {_height(value)}"
            letter = "L"
