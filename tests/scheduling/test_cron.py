from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.errors import ScheduleError
from papertriage.scheduling import cron
from papertriage.scheduling.job import job_of
from schedulers import Programs, programs_of

BLOCK = f"{cron.BEGIN}\n0 1 * * * x\n{cron.END}\n".encode()


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    programs = programs_of(tmp_path, monkeypatch)
    programs.add("crontab")
    return programs


@given(
    st.lists(st.sampled_from([b"MAILTO=me", b"0 1 * * * \xff\r", b"", b"# papertriage", b"\x0c"]))
)
def test_other_lines_stay_as_they_are(lines: list[bytes]) -> None:
    table = b"".join(line + b"\n" for line in lines)
    one = cron.with_block(table, BLOCK)
    assert one == table + BLOCK
    assert cron.with_block(one, b"") == table
    other = BLOCK.replace(b"0 1", b"5 6")
    assert cron.with_block(table + BLOCK + table, other) == table + other + table


def test_a_last_line_without_an_end_gets_one() -> None:
    assert cron.with_block(b"0 1 * * * y", BLOCK) == b"0 1 * * * y\n" + BLOCK


@pytest.mark.parametrize(
    "table",
    [
        f"{cron.BEGIN}\n0 1 * * * x\n",
        f"0 1 * * * x\n{cron.END}\n",
        f"{cron.END}\n{cron.BEGIN}\n",
        f"{cron.BEGIN}\n{cron.BEGIN}\n{cron.END}\n",
    ],
)
def test_marks_that_do_not_match_are_left_alone(table: str) -> None:
    with pytest.raises(ScheduleError, match="papertriage's markers in your crontab do not match"):
        cron.with_block(table.encode(), BLOCK)


def test_a_crontab_is_written_read_and_cleared(programs: Programs) -> None:
    job = job_of((7, 30), None, "/a 100%/{date}.md")
    assert cron.works()
    assert cron.installed() is None
    programs.crontab.write_bytes(b"MAILTO=me\n")
    cron.install(job)
    cron.install(job)
    text = cron.written(job)
    assert programs.crontab.read_bytes() == b"MAILTO=me\n" + text.encode()
    assert cron.installed() == text
    assert r"'/a 100\%/{date}.md'" in text
    assert text.splitlines()[1].startswith("30 7 * * * ")
    cron.remove()
    assert programs.crontab.read_bytes() == b"MAILTO=me\n"
    assert cron.installed() is None


def test_a_crontab_that_cannot_be_read_is_not_replaced(programs: Programs) -> None:
    programs.crontab.write_bytes(b"MAILTO=me\n")
    programs.set("denied")
    for action in (cron.installed, cron.remove, lambda: cron.install(job_of((1, 2), None, "-"))):
        with pytest.raises(ScheduleError, match="you are not allowed to use this program"):
            action()
    assert programs.crontab.read_bytes() == b"MAILTO=me\n"
    assert set(programs.log) == {"crontab -l"}


def test_without_a_crontab_nothing_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs_of(tmp_path, monkeypatch)
    assert not cron.works()
    assert cron.installed() is None
    with pytest.raises(ScheduleError, match="crontab is not installed"):
        cron.install(job_of((7, 30), None, "-"))
