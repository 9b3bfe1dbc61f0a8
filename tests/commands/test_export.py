from __future__ import annotations

import csv
import json
import re
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from builders import make_paper
from caches import TOPICS, cache_of, store_papers, titled
from papertriage.cache.connection import opened
from papertriage.cache.topics import forget_topics
from papertriage.commands._output import format_of
from processes import finished, ran, shell, started

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def cache(home: Path) -> Path:
    """Return a cache with a paper tagged ood, one tagged twice, and one not tagged."""
    titles = ("ood 0.9 Shifted Sheep", "causality 0.7 ood 0.6 Causal Cows", "ood 0.1 Plain Pigs")
    with cache_of(home / "cache.db", *titles):
        pass
    return home / "cache.db"


def titles_in(path: Path) -> list[str]:
    feed = ET.fromstring(path.read_bytes())  # noqa: S314 - our own feed
    return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]


def files_in(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.bib", "bibtex"),
        ("a.org", "org"),
        ("a.xml", "atom"),
        ("a.ATOM", "atom"),
        ("a.csl.json", "csl-json"),
        ("a.feed.json", "json-feed"),
        ("a.json", "json"),
        ("a.tsv", "tsv"),
        ("csl.json", "json"),
        ("dir.csv/a", "jsonl"),
        (".csv", "jsonl"),
        ("-", "jsonl"),
    ],
)
def test_the_ending_of_a_file_names_its_format(name: str, form: str) -> None:
    assert format_of(None, as_json=False, output=name, default="jsonl") == form


def test_a_format_that_a_command_does_not_know_is_not_found_by_an_ending() -> None:
    found = format_of(None, as_json=False, output="a.feed.json", known=("markdown", "json"))
    assert found == "json"


def test_a_placeholder_makes_a_file_for_each_topic(cache: Path, tmp_path: Path) -> None:
    place = tmp_path / "feeds"
    result = ran("export", "-o", place / "{topic}.xml")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no alignment papers match these filters\n"
    assert sorted(files_in(place)) == sorted(f"{topic}.xml" for topic in TOPICS)
    assert titles_in(place / "ood.xml") == [
        "ood 0.9 Shifted Sheep",
        "causality 0.7 ood 0.6 Causal Cows",
    ]
    assert titles_in(place / "causality.xml") == ["causality 0.7 ood 0.6 Causal Cows"]
    assert titles_in(place / "alignment.xml") == []
    assert b"<title>papertriage: ood</title>" in (place / "ood.xml").read_bytes()


def test_only_the_topics_asked_for_have_files(cache: Path, tmp_path: Path) -> None:
    place = tmp_path / "feeds"
    place.mkdir()
    assert ran("export", "-t", "ood", "-t", "ood", "-o", place / "{topic}.bib").exit_code == 0
    assert list(files_in(place)) == ["ood.bib"]
    result = ran("export", "-t", "../x", "-o", place / "{topic}.bib")
    assert (result.exit_code, result.stderr.startswith("no topic '../x'")) == (2, True)
    assert list(files_in(place)) == ["ood.bib"]


def test_without_topics_there_is_no_file_for_each(home: Path, tmp_path: Path) -> None:
    with opened(home / "cache.db") as connection:
        store_papers(connection, make_paper())
        forget_topics(connection, TOPICS)
    result = ran("export", "-o", tmp_path / "{topic}.xml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("no topics are followed: add one with `papertriage topics add`")


def test_where_no_topic_has_a_paper_that_may_fail(cache: Path, tmp_path: Path) -> None:
    words = ("export", "--author", "nobody", "-o", tmp_path / "{topic}.xml", "--fail-if-empty")
    assert ran(*words).exit_code == 4
    assert ran("export", "-o", tmp_path / "{topic}.xml", "--fail-if-empty").exit_code == 0


def test_the_same_bytes_are_written_until_a_paper_comes(cache: Path, tmp_path: Path, monkeypatch):
    place = tmp_path / "feeds"
    place.mkdir()
    for form in ("xml", "feed.json"):
        assert ran("export", "-o", place / f"{{topic}}.{form}").exit_code == 0
    before = files_in(place)
    monkeypatch.setenv("PAPERTRIAGE_NOW", "2027-01-01T08:00:00Z")
    # Neither a decision nor a pick makes a paper new.
    assert ran("today").exit_code == 0
    assert ran("keep", "arxiv:2510.00001").exit_code == 0
    for form in ("xml", "feed.json"):
        assert ran("export", "-o", place / f"{{topic}}.{form}").exit_code == 0
    assert files_in(place) == before
    with opened(cache) as connection:
        paper = titled(*["x"] * 8, "ood 0.8 New Newts")[-1]
        store_papers(connection, paper, now="2027-01-01T08:00:00Z")
    assert ran("export", "-o", place / "{topic}.xml").exit_code == 0
    changed = {name for name, data in files_in(place).items() if data != before[name]}
    assert changed == {"ood.xml"}
    assert titles_in(place / "ood.xml")[0] == "ood 0.8 New Newts"


def test_a_feed_has_the_100_papers_that_came_last(home: Path) -> None:
    with cache_of(home / "cache.db", *(f"Paper number {n}" for n in range(120))) as connection:
        old = titled(*["x"] * 200, "An Old Paper")[-1]
        store_papers(connection, old, now="2026-12-01T08:00:00Z")
    items = json.loads(ran("export", "-f", "json-feed").stdout)["items"]
    assert (len(items), items[0]["title"]) == (100, "An Old Paper")
    assert len(json.loads(ran("export", "-f", "json-feed", "-n", 0).stdout)["items"]) == 121
    assert len(ran("export", "-f", "ids").stdout.split()) == 121


def test_picked_papers_can_be_exported_alone(cache: Path) -> None:
    assert ran("export", "--picked", "-f", "ids").stdout == ""
    picked = ran("today", "--limit", 1, "-f", "ids").stdout
    assert re.fullmatch(r"arxiv:\S+\n", picked)
    assert ran("export", "--picked", "-f", "ids").stdout == picked
    title = json.loads(ran("export", "--picked", "-f", "json-feed").stdout)["title"]
    assert title == "papertriage: picks"
    assert json.loads(ran("today", "-f", "json-feed").stdout)["title"] == title


def test_a_table_is_exact_unless_a_spreadsheet_is_to_read_it(home: Path, tmp_path: Path) -> None:
    with cache_of(home / "cache.db", "=1+1 is two"):
        pass
    for words, title in (((), "=1+1 is two"), (("--excel-safe",), "'=1+1 is two")):
        path = tmp_path / "papers.csv"
        assert ran("export", "-o", path, *words).exit_code == 0
        with path.open(encoding="utf-8", newline="") as file:
            assert [row["title"] for row in csv.DictReader(file)] == [title]


@pytest.mark.parametrize("form", ["jsonl", "table"])
def test_only_csv_can_be_made_safe_for_spreadsheets(cache: Path, form: str) -> None:
    result = ran("export", "--excel-safe", "-f", form)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"only csv can be made safe for spreadsheets, not {form}\n"


def test_a_key_in_a_bibliography_finds_the_paper(cache: Path) -> None:
    keys = re.findall(r"@misc\{([^,]+),", ran("export", "-f", "bibtex").stdout)
    assert len(keys) == 3
    for key in keys:
        assert ran("show", key, "-f", "ids").stdout == f"{key}\n"


def ids(stdout: str) -> list[str]:
    return [json.loads(line)["id"] for line in stdout.splitlines()]


def test_a_batch_is_the_same_bytes_until_it_is_acknowledged(seeded: Path) -> None:
    first = ran("export", "--consumer", "desk", "--limit", 3)
    assert first.exit_code == 0
    assert first.stderr == (
        "batch 1 of desk, 3 papers; acknowledge it with `papertriage export --consumer desk"
        " --ack 1`\n"
    )
    for paper in ids(first.stdout):
        assert ran("keep", paper).exit_code == 0
    assert ran("export", "--consumer", "desk") == first
    acknowledged = ran("export", "--consumer", "desk", "--ack", 1)
    assert acknowledged.stderr == "batch 1 of desk, 3 papers, acknowledged\n"
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
    assert (again.exit_code, again.stderr) == (0, "batch 1 of desk was already acknowledged\n")
    assert "batch 2 open (1 paper)" in ran("export", "--consumers").stdout
    assert ran("export", "--consumer", "desk", "--ack").exit_code == 0
    nothing = ran("export", "--consumer", "desk", "--ack")
    assert nothing.exit_code == 0
    assert nothing.stderr == "desk has no open batch to acknowledge\n"


def test_nothing_new_is_an_empty_output_and_a_line(seeded: Path) -> None:
    words = ("export", "--consumer", "desk", "--author", "nobody")
    result = ran(*words)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no new papers for desk\n"
    assert ran(*words, "--json").stdout == "[]\n"
    assert ran(*words, "--fail-if-empty").exit_code == 4


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--ack",), "--ack requires --consumer NAME"),
        (("--changed",), "--changed requires --consumer NAME"),
        (("--consumer", "desk", "3"), "unexpected argument 3: a batch number requires --ack"),
        (("--consumer", "desk", "--ack", "9"), "desk was not given batch 9"),
        (("--consumer", "nobody", "--ack"), "unknown consumer 'nobody'"),
        (("--consumer", "nobody", "--forget"), "unknown consumer 'nobody'"),
        (("--consumer", "desk", "--forget", "--ack"), "--ack and --forget cannot be used together"),
        (("--consumer", "a/b"), "invalid --consumer 'a/b': use up to 64 letters"),
        (("--consumer", ""), "invalid --consumer ''"),
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
    assert "no consumers yet" in nobody.stderr
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
