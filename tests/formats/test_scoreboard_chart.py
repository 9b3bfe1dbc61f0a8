from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from papertriage.formats.scoreboard_chart import chart
from scoreboards import make_board, make_day

SVG = "{http://www.w3.org/2000/svg}"


def svg(*days, measure: str = "precision") -> ET.Element:
    (found,) = ET.fromstring(chart(make_board(*days), measure)).iter(f"{SVG}svg")  # noqa: S314 - ours
    return found


def ways(found: ET.Element) -> list[str]:
    """Return the lines of days: of more than the two points of a legend."""
    return [path.get("d") for path in found.iter(f"{SVG}path") if "L" in path.get("d")]


def test_a_line_stands_for_each_way_and_a_point_for_each_day():
    lines = ways(svg(*(make_day(number) for number in range(5))))
    assert [line.count("L") for line in lines] == [4, 4, 4]
    assert lines[0].startswith("M32.0 96.0L184.0 96.0")


def test_lines_are_told_apart_without_colour():
    found = svg(make_day(), make_day(1))
    strokes = [
        (path.get("stroke-width"), path.get("stroke-dasharray"))
        for path in found.iter(f"{SVG}path")
        if "L" in path.get("d")
    ]
    assert len(set(strokes)) == 3
    words = [text.text for text in found.iter(f"{SVG}text")]
    assert {"interest", "keywords", "newest first", "2026-09-01", "2026-09-02"} <= set(words)
    assert found.get("aria-label") == (
        "precision@10 per day, 2026-09-01 to 2026-09-02: interest, keywords, newest first"
    )


def test_a_day_on_which_nothing_is_known_is_passed_over():
    lines = ways(svg(make_day(learned=False), make_day(1), make_day(2)))
    assert [line.count("L") for line in lines] == [1, 2, 2]


@pytest.mark.parametrize("days", [(), (make_day(),)])
def test_fewer_than_two_days_are_no_figure(days):
    assert chart(make_board(*days), "recall") == ""
