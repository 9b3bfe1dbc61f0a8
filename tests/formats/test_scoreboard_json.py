from __future__ import annotations

import json

from papertriage.formats.scoreboard_json import scoreboard_json
from schemas import validator
from scoreboards import make_board, make_day


def test_a_board_is_what_its_schema_says():
    days = [make_day(number, learned=number > 0) for number in range(6)]
    for board in (make_board(*days), make_board(days[0]), make_board()):
        validator("scoreboard").validate(json.loads(scoreboard_json(board)))


def test_every_window_and_day_has_a_line_with_all_ways():
    days = [make_day(number, learned=number > 0) for number in range(3)]
    text = scoreboard_json(make_board(*days))
    found = json.loads(text)
    assert len(text.splitlines()) == 6 + 1 + 2 + 1 + 1 + 3 + 1
    assert [window["days"] for window in found["windows"]] == [3, 2]
    first, second, _ = found["days"]
    assert first["ways"]["interest"] is None
    assert second["ways"]["interest"] == {"precision": 0.3, "recall": 1.0, "average_precision": 1.0}
    assert (second["judged"], second["learned_from"]) == (12, 40)
    assert found["reliability"]["papers"] == 24
    assert found["shown"] == {"papers": 30, "kept": 9, "skipped": 18}


def test_the_schema_refuses_what_is_no_board():
    found = json.loads(scoreboard_json(make_board(make_day())))
    for wrong in ({"windows": [{}]}, {"days": [{}]}, {"shown": {}}, {"reliability": {}}):
        assert not validator("scoreboard").is_valid({**found, **wrong})
