from __future__ import annotations

from pathlib import Path

import pytest

from papertriage.render.reporting import tagging
from papertriage.triage.teaching.followed import load_followed
from processes import ran


def stopped_after(pages: int, stop: type[BaseException]) -> None:
    with tagging() as advance:
        for _ in range(pages):
            advance(2_000, 1_000_000)
        raise stop


@pytest.mark.parametrize(("pages", "stop"), [(2, KeyboardInterrupt), (1, SystemExit)])
def test_tagging_that_is_stopped_says_what_was_done_and_how_to_go_on(pages, stop, capsys) -> None:
    with pytest.raises(stop):
        stopped_after(pages, stop)
    assert capsys.readouterr().err == (
        f"interrupted: {pages * 2},000 of 1,000,000 papers are tagged:"
        " run `papertriage topics retag` to tag the rest\n"
    )


def test_tagging_that_ends_says_nothing(capsys) -> None:
    with tagging() as advance:
        advance(1, 1)
    assert capsys.readouterr().err == ""


def test_a_topic_whose_tagging_was_stopped_is_there_and_the_rest_follows(
    seeded: Path, monkeypatch
) -> None:
    def stopped(*_given) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("papertriage.commands.topics.train.retag", stopped)
    result = ran("topics", "add", "few shots", "-p", "few-shot", "--yes")
    assert result.exit_code == 130
    assert "`papertriage topics retag` to tag the rest" in result.stderr
    assert "few shots" in {name for name, _, _ in load_followed().rows}
    assert "updated the tags of 1 topic" in ran("topics", "retag").stderr
