"""Chart each topic's papers by day, as self-contained SVG that does not rely on colours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from papertriage.formats import page
from papertriage.models.digest import Digest, TopicNews
from papertriage.text import visible

_WIDTH = 340
_TALLEST = 28
_ROW = 72
_LABELLED = 10
"""Most days for which each bar has room for its number and its day."""
_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_NAME = 30


def chart(digest: Digest) -> str:
    """Return a figure with bars in SVG and the same numbers as text, or ""."""
    rows = [topic for topic in digest.topics if any(topic.counts)]
    if not rows or not digest.charted:
        return ""
    days = digest.charted
    most = max(max(topic.counts) for topic in rows)
    caption = page.text(f"New papers per day, {days[0]} to {days[-1]}; the tallest bar is {most:,}")
    words = "".join(f"<li>{page.text(_in_words(topic))}</li>\n" for topic in rows)
    return (
        f"<figure>\n{''.join(_svg(rows, days, most))}<figcaption>{caption}</figcaption>\n"
        f"<details><summary>In numbers</summary>\n<ul>\n{words}</ul>\n</details>\n</figure>\n"
    )


def _in_words(topic: TopicNews) -> str:
    return f"{_name(topic)}: {', '.join(f'{count:,}' for count in topic.counts)}"


def _name(topic: TopicNews) -> str:
    return visible(topic.topic, _NAME).strip() or "no topic"


def _svg(rows: list[TopicNews], days: tuple[str, ...], most: int) -> Iterator[str]:
    height = _ROW * len(rows) + 14
    described = ". ".join(_in_words(topic) for topic in rows)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"'
        f' height="{height}" role="img" aria-labelledby="chart-title chart-words"'
        ' font-family="system-ui,sans-serif" font-size="12" fill="currentColor">\n'
        f'<title id="chart-title">New papers of each topic per day, {page.text(days[0])} to'
        f" {page.text(days[-1])}</title>\n"
        f'<desc id="chart-words">{page.text(described)}</desc>\n'
    )
    for place, topic in enumerate(rows):
        yield f'<g transform="translate(0 {place * _ROW})">\n{"".join(_row(topic, most))}</g>\n'
    yield f'<g transform="translate(0 {len(rows) * _ROW})">\n{"".join(_axis(days))}</g>\n</svg>\n'


def _row(topic: TopicNews, most: int) -> Iterator[str]:
    step = _WIDTH / len(topic.counts)
    bottom = _ROW - 10
    yield f'<text x="0" y="13" font-weight="600">{page.text(_name(topic))}</text>\n'
    yield f'<path d="M0 {bottom}.5H{_WIDTH}" stroke="currentColor" stroke-opacity=".35"/>\n'
    for place, count in enumerate(topic.counts):
        # Even the smallest number is visible.
        tall = max(2.0, _TALLEST * count / most) if count else 0.0
        left = place * step
        if tall:
            yield (
                f'<rect x="{left + step * 0.1:.1f}" y="{bottom - tall:.1f}"'
                f' width="{step * 0.8:.1f}" height="{tall:.1f}"/>\n'
            )
        if len(topic.counts) <= _LABELLED:
            middle = left + step / 2
            yield (
                f'<text x="{middle:.1f}" y="{bottom - tall - 4:.1f}" text-anchor="middle"'
                f' font-size="11">{count:,}</text>\n'
            )


def _axis(days: tuple[str, ...]) -> Iterator[str]:
    step = _WIDTH / len(days)
    if len(days) > _LABELLED:
        yield f'<text x="0" y="4">{page.text(days[0][5:])}</text>\n'
        yield f'<text x="{_WIDTH}" y="4" text-anchor="end">{page.text(days[-1][5:])}</text>\n'
        return
    for place, day in enumerate(days):
        name = f"{_WEEKDAYS[date.fromisoformat(day).weekday()]} {day[8:]}"
        yield (
            f'<text x="{(place + 0.5) * step:.1f}" y="4" text-anchor="middle" font-size="11">'
            f"{page.text(name)}</text>\n"
        )
