from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from caches import cache_of
from hostile import HOSTILE_TITLES
from papertriage import paths
from papertriage.formats.registry import FORMATS
from processes import ran, started

SEEDS = paths.seeds_dir() / "trending-papers.txt"
LISTINGS = (("list",), ("search", "learning"), ("export",), ("today",))


def ids(*words: object) -> list[str]:
    result = ran(*words, "--format", "ids")
    assert result.exit_code == 0, result.stderr
    return result.stdout.split()


def test_all_seeds_are_whole(seeded: Path) -> None:
    papers = json.loads(ran("list", "--json", "--limit", 0).stdout)
    lines = [" ".join(line.split()) for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    body = [line for line in lines[lines.index("Mar 13") + 1 :] if line]
    pairs = dict(zip(body[::2], body[1::2], strict=True))
    assert len(papers) == len(pairs) == 66
    assert {paper["title"]: paper["abstract"] for paper in papers} == pairs
    assert {paper["published"] for paper in papers} == {"2026-03-13T00:00:00Z"}


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_listing_has_every_format(seeded: Path, listing: tuple[str, ...], form: str) -> None:
    result = ran(*listing, "--format", form, "--limit", 3)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    count = {
        "json": lambda text: len(json.loads(text)),
        "jsonl": lambda text: sum(1 for line in text.splitlines() if json.loads(line)),
        "csv": lambda text: len(list(csv.reader(io.StringIO(text)))) - 1,
        "tsv": lambda text: len(text.splitlines()),
        "ids": lambda text: len(text.split()),
        "ris": lambda text: text.count("TY  - "),
        "bibtex": lambda text: text.count("\n}"),
        "biblatex": lambda text: text.count("\n}"),
        "csl-json": lambda text: len(json.loads(text)),
        "org": lambda text: text.count("\n:END:\n"),
        "atom": lambda text: text.count("<entry>"),
        "json-feed": lambda text: len(json.loads(text)["items"]),
    }.get(form)
    if count:
        assert count(result.stdout) == 3
    else:
        assert len(result.stdout) > 100


@pytest.mark.parametrize("listing", [*LISTINGS, ("digest",)])
@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (("--limit", "-1"), "'--limit' / '-n': -1 is not in the range x>=0"),
        (("--limit", "x"), "'x' is not a valid int range"),
        (("--format", "x"), "unknown format 'x': choose from "),
        (("--json", "--format", "markdown"), "--json cannot be used with --format markdown"),
        (("--topic", "x"), "no topic 'x': the topics are alignment, "),
        (("--author", "*"), "--author '*' is not a name or part"),
        (("--nosuch",), "No such option: --nosuch"),
    ],
)
def test_a_wrong_value_is_one_line(seeded: Path, listing, wrong, line: str) -> None:
    result = ran(*listing, *wrong)
    assert (result.exit_code, result.stdout) == (2, "")
    assert line in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (("--since", "soon"), "'soon' is not a date"),
        (("--until", "2026-02-30"), "'2026-02-30' is not a date"),
        (("--decision", "x"), "invalid --decision 'x': choose from keep, skip, later, none"),
    ],
)
def test_a_wrong_day_or_decision_is_one_line(seeded: Path, listing, wrong, line: str) -> None:
    result = ran(*listing, *wrong)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert line in result.stderr


def test_filters_reach_every_listing(home: Path) -> None:
    with cache_of(home / "cache.db", "ood 0.9 learning", "ood 0.1 learning"):
        pass
    for listing in LISTINGS:
        assert ids(*listing, "--topic", "ood") == ["arxiv:2510.00001"]
        for nothing in (
            ("--since", "today"),
            ("--until", "2020-01-01"),
            ("--category", "math"),
            ("--source", "arxiv"),
            ("--author", "nobody"),
            ("--decision", "keep"),
        ):
            assert ids(*listing, *nothing) == []


def test_list_shows_30_and_export_all(seeded: Path) -> None:
    assert len(ids("list")) == 30
    assert len(ids("export")) == 66
    assert len(ids("search", "the")) == 20
    assert len(ids("search", "the", "--limit", 0)) > 20


def test_nothing_to_show_is_said_and_may_fail(seeded: Path) -> None:
    for listing, line in (
        (("list", "--author", "nobody"), "no papers match these filters\n"),
        (("export", "--author", "nobody"), "no papers match these filters\n"),
        (("search", "xyzzy"), "no papers match xyzzy\n"),
    ):
        result = ran(*listing)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", line)
        result = ran(*listing, "--fail-if-empty")
        assert (result.exit_code, result.stdout, result.stderr) == (4, "", line)
    assert json.loads(ran("list", "--author", "nobody", "--json").stdout) == []


def test_a_file_is_written_whole_and_its_ending_names_the_format(
    seeded: Path, tmp_path: Path
) -> None:
    result = ran("list", "-o", tmp_path / "papers.json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(json.loads((tmp_path / "papers.json").read_text())) == 30
    assert ran("list", "-o", tmp_path / "papers.xyz").exit_code == 0
    assert ran("export", "-o", tmp_path / "papers.xyz2").exit_code == 0
    assert (tmp_path / "papers.xyz2").read_text().startswith("{")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "papers.json",
        "papers.xyz",
        "papers.xyz2",
    ]
    result = ran("list", "-o", tmp_path / "nowhere" / "papers.json")
    assert result.exit_code == 74
    assert "does not exist" in result.stderr


def test_dashes_write_to_standard_output(seeded: Path) -> None:
    assert ran("list", "-o", "-").stdout == ran("list").stdout


@pytest.fixture
def hostile(home: Path) -> Path:
    """Return a home into which hostile titles were imported."""
    lines = [
        json.dumps(
            {"title": title, "abstract": f"ood {title}", "authors": [title], "comment": title}
        )
        for title in HOSTILE_TITLES
        if title.strip() and "\ud800" not in title
    ]
    result = ran("import", "-", stdin="\n".join(lines))
    assert result.exit_code == 0, result.stderr
    return home


UNSAFE = [*map(chr, (*range(9), *range(11, 32), *range(127, 160))), *"\u202a\u202e\u2066\u2028"]


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_papers_are_listed_and_never_obeyed(hostile: Path, form: str) -> None:
    for command in ("list", "export", "today"):
        result = ran(command, "--format", form, "--limit", 0)
        assert result.exit_code == 0, result.stderr
        assert result.stderr == "" or command == "today"
        if form in {"table", "markdown"}:
            assert not set(UNSAFE) & set(result.stdout)


def test_hostile_papers_pass_through_every_command(hostile: Path) -> None:
    names = ids("list", "--limit", 0)
    for command in (["show", *names], ["keep", *names], ["undo", *names], ["digest"], ["status"]):
        result = ran(*command)
        assert result.exit_code == 0, result.stderr
        assert not set(UNSAFE) & set(result.stdout + result.stderr)


def test_an_order_that_is_none_is_named(home: Path) -> None:
    result = ran("list", "--sort", "fame")
    assert (result.exit_code, result.stderr) == (
        2,
        "invalid --sort 'fame': choose from day, came, score, interest, upvotes\n",
    )


def test_of_two_commands_that_meet_an_empty_cache_one_tells_of_the_seeds(home: Path) -> None:
    processes = [started(home, "list", "--format", "ids") for _ in range(2)]
    said = [process.communicate(timeout=300) for process in processes]
    assert [len(stdout.split()) for stdout, _ in said] == [30, 30]
    assert sum(stderr.count(b"loaded 66 example papers") for _, stderr in said) == 1
    assert not any(b"loaded 0 " in stderr for _, stderr in said)
