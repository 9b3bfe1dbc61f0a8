from __future__ import annotations

import pytest

from papertriage.formats.scoreboard import lines, mean, plain, spark
from papertriage.ranking.scoreboard import Mean
from scoreboards import make_board, make_day


def said(*days, **more) -> str:
    return "".join(plain(make_board(*days, **more)))


@pytest.mark.parametrize("count", [1, 6, 80])
def test_plain_lines_are_ascii_and_fit_into_80_columns(count: int):
    text = said(*(make_day(number, learned=number > 2) for number in range(count)))
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 80


def test_a_table_names_every_way_and_measure():
    days = [make_day(number) for number in range(6)]
    rows = said(*days).splitlines()
    assert rows[0] == "2026-09-01 to 2026-09-06: 72 papers judged on 6 days, 18 kept"
    assert rows[2].split("  ")[-1] == "average precision"
    assert rows[4].startswith("  interest        0.30 [0.30, 0.30]    1.00 [1.00, 1.00]    1.00 [")
    names = [row[2:15].rstrip() for row in rows[4:9]]
    assert names == ["interest", "topics", "keywords", "newest first", "random order"]
    (ahead,) = [row for row in rows if row.startswith("  of newest first")]
    assert ahead.split()[3].startswith("+0.")


def test_the_last_fourteen_days_have_a_row_each():
    rows = said(*(make_day(number) for number in range(20))).splitlines()
    found = [row for row in rows if row.startswith("2026-09-") and " to " not in row]
    assert [row[:10] for row in found] == [f"2026-09-{n:02}" for n in range(7, 21)]
    assert found[0].split()[:6] == ["2026-09-07", "12", "3", "100", "88", "3/10"]
    assert found[0].split()[6] == "0.30"
    assert "6 earlier days: --format json" in rows


def test_a_line_of_days_has_a_mark_for_each():
    assert spark([0.0, 0.55, None, 0.99, 1.0]) == "05-99"
    assert spark([0.0, 0.5, 1.0], "_=#") == "_=#"


def test_more_than_sixty_days_stand_together():
    values = [1.0, None] * 50 + [None, None]
    assert spark(values) == "9" * 50 + "-"


def test_a_mean_shows_its_interval_where_there_is_one():
    assert mean(Mean(0.5, 0.25, 0.75, 9)) == "0.50 [0.25, 0.75]"
    assert mean(Mean(-0.5, -0.75, 0.25, 9), signed=True) == "-0.50 [-0.75, 0.25]"
    assert mean(Mean(0.5, None, None, 2)) == "0.50"
    assert mean(Mean(None, None, None, 0)) == "-"


def notes(*days, **more) -> str:
    return "\n".join(line for kind, line in lines(make_board(*days, **more)) if kind == "note")


def test_notes_say_what_the_numbers_rest_on():
    few, many = notes(make_day()), notes(*(make_day(number) for number in range(5)))
    assert "Means of the 1 day with" in few
    assert "too few for an interval" in few
    assert "with 95% intervals" in many
    for text in (few, many):
        assert "Only papers that were shown, mostly" in text
        assert "as they stand now" in text


def test_days_on_which_every_order_is_the_same_are_named():
    assert "had at most 10" not in notes(make_day())
    assert "1 of them had at most 10 judged papers" in notes(make_day(), make_day(1, papers=8))


def test_shared_models_are_named():
    assert "A new model" not in notes(make_day())
    assert "A new model is trained every 4 days with decisions" in notes(
        make_day(), retrained_every=4
    )


def test_what_was_promised_and_what_became_of_the_picks_is_one_line_each():
    board = make_board(make_day())
    picked = (
        "picks as shown: 10 papers, 3 kept, 6 skipped, 1 not decided: precision 0.33 of the decided"
    )
    promised = (
        "interest predicted 3 keeps of 12 papers before they were judged; 3 were kept"
        " (off by 0.12, ten bins)"
    )
    assert [line for kind, line in lines(board) if kind == "said"] == [
        picked,
        promised,
    ]
    unlearned = [
        line for kind, line in lines(make_board(make_day(learned=False))) if kind == "said"
    ]
    assert unlearned[1].startswith("interest: not yet")


def test_without_days_only_the_window_is_said():
    assert said() == "2026-09-01 to 2026-09-01: 0 papers judged on 0 days, 0 kept\n"
