from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from processes import finished, ran, shell, started


def ids(stdout: str) -> list[str]:
    return [json.loads(line)["id"] for line in stdout.splitlines()]


def test_a_batch_is_the_same_bytes_until_it_is_acknowledged(seeded: Path) -> None:
    first = ran("export", "--consumer", "desk", "--limit", 3)
    assert first.exit_code == 0
    assert first.stderr == (
        "batch 1 of desk, 3 papers, given again until `papertriage export --consumer desk"
        " --ack 1`\n"
    )
    for paper in ids(first.stdout):
        assert ran("keep", paper).exit_code == 0
    assert ran("export", "--consumer", "desk") == first
    acknowledged = ran("export", "--consumer", "desk", "--ack", 1)
    assert acknowledged.stderr == "batch 1 of desk, 3 papers, is acknowledged\n"
    second = ran("export", "--consumer", "desk")
    assert set(ids(first.stdout)) & set(ids(second.stdout)) == set()
    assert len(ids(first.stdout) + ids(second.stdout)) == 66


@pytest.mark.parametrize("form", ["json", "csv", "ids", "table"])
def test_an_open_batch_holds_the_same_papers_in_every_format(seeded: Path, form: str) -> None:
    lines = ran("export", "--consumer", "desk", "--limit", 2)
    other = ran("export", "--consumer", "desk", "--format", form)
    assert other.stderr == lines.stderr
    assert all(paper in other.stdout for paper in ids(lines.stdout))
    assert ran("export", "--consumer", "desk", "--format", form) == other


def test_a_second_acknowledgement_changes_nothing(seeded: Path) -> None:
    ran("export", "--consumer", "desk", "--limit", 1)
    assert ran("export", "--consumer", "desk", "--ack", 1).exit_code == 0
    ran("export", "--consumer", "desk", "--limit", 1)
    again = ran("export", "--consumer", "desk", "--ack", 1)
    assert (again.exit_code, again.stderr) == (0, "batch 1 of desk was acknowledged before\n")
    assert "batch 2 open (1 paper)" in ran("export", "--consumers").stdout
    assert ran("export", "--consumer", "desk", "--ack").exit_code == 0
    nothing = ran("export", "--consumer", "desk", "--ack")
    assert nothing.exit_code == 0
    assert nothing.stderr == "desk has no open batch: there is nothing to acknowledge\n"


def test_nothing_new_is_an_empty_output_and_a_line(seeded: Path) -> None:
    words = ("export", "--consumer", "desk", "--author", "nobody")
    result = ran(*words)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "nothing is new to desk\n"
    assert ran(*words, "--json").stdout == "[]\n"
    assert ran(*words, "--fail-if-empty").exit_code == 4


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--ack",), "--ack needs --consumer NAME"),
        (("--changed",), "--changed needs --consumer NAME"),
        (("--consumer", "desk", "3"), "3 is read as a batch, which only --ack takes"),
        (("--consumer", "desk", "--ack", "9"), "batch 9 was not given to desk"),
        (("--consumer", "nobody", "--ack"), "no consumer is called 'nobody'"),
        (("--consumer", "nobody", "--forget"), "no consumer is called 'nobody'"),
        (("--consumer", "desk", "--forget", "--ack"), "--ack and --forget contradict each other"),
        (("--consumer", "a/b"), "--consumer 'a/b': a name is up to 64 letters"),
        (("--consumer", ""), "--consumer '': a name is"),
    ],
)
def test_what_cannot_be_meant_is_one_line(seeded: Path, words, line: str) -> None:
    ran("export", "--consumer", "desk", "--limit", 1)
    result = ran("export", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert line in result.stderr
    assert result.stderr.count("\n") == 1


def test_consumers_are_listed_and_forgotten(seeded: Path) -> None:
    nobody = ran("export", "--consumers")
    assert (nobody.stdout, nobody.exit_code) == ("", 0)
    assert "no consumer yet" in nobody.stderr
    ran("export", "--consumer", "desk", "--limit", 2)
    (found,) = json.loads(ran("export", "--consumers", "--json").stdout)
    assert found["open"] == {"batch": 1, "given": "2026-11-23T09:00:00Z", "papers": 2}
    assert (found["handed"], found["waiting"], found["acknowledged"]) == (2, 64, None)
    assert ran("export", "--consumer", "desk", "--forget").stderr.startswith("desk is forgotten")
    assert json.loads(ran("export", "--consumers", "--json").stdout) == []
    assert ran("export", "--consumer", "desk", "--limit", 1).stderr.startswith("batch 2 of desk")


def test_the_line_of_the_documents_sends_every_paper_once(seeded: Path, tmp_path: Path) -> None:
    def line(send: str) -> str:
        ask = "papertriage export --consumer desk --limit 30 --fail-if-empty"
        return f"{ask} > batch && {send} && papertriage export --consumer desk --ack"

    sent = tmp_path / "sent"
    codes = [
        shell(seeded.parent, f"cd {tmp_path}; {line(send)}").returncode
        for send in ("false", f"cat batch >> {sent}", f"cat batch >> {sent}", "false")
    ]
    codes.append(shell(seeded.parent, f"cd {tmp_path}; {line(f'cat batch >> {sent}')}").returncode)
    codes.append(shell(seeded.parent, f"cd {tmp_path}; {line('true')}").returncode)
    assert codes == [1, 0, 0, 1, 0, 4]
    found = ids(sent.read_text(encoding="utf-8"))
    assert len(found) == len(set(found)) == 66


def test_a_reader_that_goes_away_is_given_the_same_again(seeded: Path) -> None:
    cut = shell(seeded.parent, "papertriage export --consumer desk | head -1")
    whole = finished(seeded.parent, "export", "--consumer", "desk")
    assert whole.stdout.startswith(cut.stdout)
    assert len(ids(whole.stdout)) == 66
    assert whole.stderr.startswith("batch 1 of desk, 66 papers")


def test_a_kill_at_any_moment_neither_loses_nor_doubles_a_paper(seeded: Path) -> None:
    begun = time.monotonic()
    whole = finished(seeded.parent, "export", "--consumer", "probe")
    takes = time.monotonic() - begun
    found: list[str] = []
    for n in range(5):
        words = ("export", "--consumer", "desk", "--limit", 14)
        process = started(seeded.parent, *words)
        time.sleep(takes * n / 4)
        process.kill()
        process.communicate()
        result = finished(seeded.parent, *words)
        assert result.returncode == 0
        found += ids(result.stdout)
        acknowledged = finished(seeded.parent, "export", "--consumer", "desk", "--ack")
        assert acknowledged.returncode == 0
    assert found == ids(whole.stdout)
