from __future__ import annotations

import threading

import pytest
from filelock import FileLock

from papertriage.errors import SourceError
from papertriage.sources._pace import RequestPace


class Time:
    def __init__(self):
        self.now, self.slept = 1_000_000.0, []

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def pace(tmp_path, time):
    return RequestPace(
        tmp_path / "data" / "arxiv.pace", 3.0, sleep=time.sleep, clock=lambda: time.now
    )


def test_the_first_request_does_not_wait(pace, time):
    with pace.turn():
        pass
    assert time.slept == []


def test_three_seconds_are_counted_between_starts(pace, time):
    with pace.turn():
        time.now += 1.2
    with pace.turn():
        time.now += 10
    with pace.turn():
        pass
    assert time.slept == [1.8]


def test_another_process_obeys_the_same_file(pace, time):
    with pace.turn():
        pass
    other = RequestPace(pace.file, 3.0, sleep=time.sleep, clock=lambda: time.now)
    with other.turn():
        pass
    assert time.slept == [3.0]


def test_a_clock_that_was_set_back_costs_one_delay_at_most(pace, time):
    with pace.turn():
        pass
    time.now -= 86_400
    with pace.turn():
        pass
    assert time.slept == [3.0]


def test_a_spoilt_file_is_written_anew(pace, time):
    pace.file.parent.mkdir()
    pace.file.write_bytes(b"\xff nonsense")
    with pace.turn():
        pass
    assert time.slept == []
    assert float(pace.file.read_text()) == time.now


def test_a_request_that_never_ends_is_not_waited_for(pace):
    impatient = RequestPace(pace.file, 0.0, patience=0.05)
    held, done = threading.Event(), threading.Event()
    pace.file.parent.mkdir()

    def hold():
        with FileLock(f"{pace.file}.lock"):
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    try:
        with pytest.raises(SourceError, match="another fetch"), impatient.turn():
            pass
    finally:
        done.set()
        thread.join()


def test_a_file_that_cannot_be_written_is_one_line(pace):
    pace.file.mkdir(parents=True)
    with (
        pytest.raises(SourceError, match=r"cannot write .*arxiv\.pace: Is a directory"),
        pace.turn(),
    ):
        pass


def test_a_pause_holds_for_every_process_and_says_until_when(pace, time):
    with pace.turn():
        pass
    assert pace.pause(600.0) == 600.0
    other = RequestPace(pace.file, 0.0, sleep=time.sleep, clock=lambda: time.now)
    with (
        pytest.raises(
            SourceError, match=r"asked for a pause: try again after 1970-01-12 13:57 UTC"
        ),
        other.turn(),
    ):
        pass
    time.now += 601
    with other.turn():
        pass
    assert time.slept == []


def test_no_pause_is_longer_than_an_hour(pace, time):
    pace.file.parent.mkdir()
    assert pace.pause(float("inf")) == 3600.0
    time.now -= 86_400
    with pace.turn():
        pass


def test_a_pause_that_cannot_be_read_is_none(pace):
    pace.file.parent.mkdir()
    for text in ("nonsense", "nan", "inf"):
        (pace.file.parent / "arxiv.pace.not-before").write_text(text)
        with pace.turn():
            pass
