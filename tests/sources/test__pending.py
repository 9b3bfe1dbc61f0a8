from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.errors import InputError
from papertriage.sources._pending import (
    PENDING,
    PendingSpan,
    pending_state,
    requested_span,
    spans_to_fetch,
)
from papertriage.sources.contract import Window

START = datetime(2026, 3, 1, tzinfo=UTC)


def span(first, last, token=""):
    return PendingSpan(START + timedelta(days=first), START + timedelta(days=last), token)


def remembered(*spans):
    return pending_state(spans)[PENDING]


@pytest.mark.parametrize(
    ("left", "own", "expected"),
    [
        ([], span(3, 5), [span(3, 5)]),
        ([span(1, 2)], span(3, 5), [span(1, 2), span(3, 5)]),
        ([span(1, 4)], span(3, 5), [span(1, 5)]),
        ([span(1, 9)], span(3, 5), [span(1, 9)]),
        ([span(4, 5)], span(3, 6), [span(3, 6)]),
        ([span(4, 8)], span(3, 6), [span(4, 8), span(3, 6)]),
        ([span(1, 4, "on")], span(3, 6), [span(1, 4, "on"), span(4, 6)]),
        ([span(1, 8, "on")], span(3, 6), [span(1, 8, "on"), span(6, 6)]),
        ([span(1, 2, "on")], span(3, 5), [span(1, 2, "on"), span(3, 5)]),
        ([span(1, 2), span(2, 3)], span(3, 4), [span(1, 2), span(2, 4)]),
    ],
)
def test_what_was_left_comes_first_and_what_overlaps_is_asked_once(left, own, expected):
    assert spans_to_fetch(remembered(*left), own) == expected


def test_nothing_left_is_nothing_remembered():
    assert pending_state([]) == {PENDING: ""}
    assert spans_to_fetch("", span(0, 1)) == [span(0, 1)]


def test_very_many_spans_become_one():
    assert spans_to_fetch(remembered(*(span(n, n + 0.5) for n in range(17))), span(40, 41)) == [
        span(0, 16.5),
        span(40, 41),
    ]


days = st.integers(0, 30)
spans = st.builds(lambda a, b: span(min(a, b), max(a, b)), days, days)


@given(st.lists(spans, max_size=4), spans)
def test_no_day_is_ever_lost(left, own):
    asked_spans = spans_to_fetch(remembered(*left), own)
    for day in range(31):
        moment = START + timedelta(days=day)
        wanted = any(one.since <= moment <= one.until for one in (*left, own))
        assert not wanted or any(one.since <= moment <= one.until for one in asked_spans)


@given(st.text(max_size=40) | st.sampled_from(["[[", '[["x", "y", ""]]', "[[1, 2, 3]]", "{}", "7"]))
def test_rubbish_counts_as_nothing(text):
    assert spans_to_fetch(text, span(0, 1)) == [span(0, 1)]


def test_a_window_has_both_ends():
    now = START + timedelta(days=9)
    assert requested_span(Window(), now, START) == span(0, 9)
    assert requested_span(Window(START - timedelta(days=900), START), now, START) == span(0, 0)
    with pytest.raises(InputError, match=r"ends .* before it begins"):
        requested_span(Window(now, START), now, START)
