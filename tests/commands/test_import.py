from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.cache.receipts import last_receipts
from papertriage.files import _runs
from processes import ran

PAGE = paths.seeds_dir() / "trending-papers.txt"


def ids() -> list[str]:
    return ran("list", "--format", "ids", "--limit", 0).stdout.split()


def test_a_page_is_imported_once_however_often(home: Path) -> None:
    result = ran("import", PAGE)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.endswith("trending-papers.txt: complete: 66 new, 0 updated, 0 unchanged\n")
    before = (home / "cache.db").read_bytes()
    assert len(ids()) == 66
    again = ran("import", PAGE, "--as", "trending-page")
    assert again.stderr.endswith("complete: 0 new, 0 updated, 66 unchanged\n")
    assert before
    assert len(ids()) == 66


def test_a_pages_date_may_be_given(home: Path) -> None:
    ran("import", PAGE, "--date", "2026-01-02")
    assert {p["published"] for p in json.loads(ran("list", "--json").stdout)} == {
        "2026-01-02T00:00:00Z"
    }


def test_lines_need_only_a_title_and_bad_ones_cost_no_other(home: Path) -> None:
    lines = ['{"title": "One"}', "broken", *['{"title": ""}'] * 6, '{"title": "Two"}']
    result = ran("import", "-", stdin="\n".join(lines))
    assert result.exit_code == 3
    assert "standard input: complete: 2 new, 0 updated, 0 unchanged, 7 skipped\n" in result.stderr
    assert "standard input: skipped line 2: not JSON\n" in result.stderr
    assert "standard input: … and 2 more skipped\n" in result.stderr
    assert len(ids()) == 2


def test_what_is_exported_can_be_imported(seeded: Path, home: Path) -> None:
    exported = ran("export").stdout
    other = home / "other.db"
    assert ran("--cache", other, "import", "-", stdin=exported).exit_code == 0
    strip = ("sources", "came")
    first, second = (
        [
            {k: v for k, v in json.loads(line).items() if k not in strip}
            for line in ran("export", "--cache", cache).stdout.splitlines()
        ]
        for cache in (seeded, other)
    )
    assert second == first


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("nowhere.jsonl",), "nowhere.jsonl: cannot be read (No such file or directory)"),
        ((PAGE, "--as", "x"), "unknown format x"),
        ((PAGE, "--date", "soon"), "'soon' is not a date"),
        ((), "Missing argument 'FILE...'"),
    ],
)
def test_what_cannot_be_imported_is_one_line_and_leaves_no_receipt(
    home: Path, words: tuple, line: str
) -> None:
    result = ran("import", *words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert line in result.stderr
    assert json.loads(ran("status", "--json").stdout)["feeds"] == []


def test_a_file_that_breaks_off_keeps_what_came_and_says_so(home: Path, tmp_path: Path) -> None:
    import gzip

    line = '{{"title": "Paper {} of many", "ignored": "{}"}}\n'
    text = "".join(line.format(n, "x" * 500) for n in range(2_000))
    whole = gzip.compress(text.encode())
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) * 2 // 3])
    result = ran("import", tmp_path / "cut.jsonl.gz")
    assert result.exit_code == 2
    with opened(home / "cache.db") as connection:
        (receipt,) = last_receipts(connection)
        count = connection.execute("SELECT count(*) FROM papers").fetchone()[0]
    assert receipt.verdict == "partial"
    assert receipt.new == count > 0
    assert "cannot be read" in (receipt.message or "")


def many(count: int, **more: object) -> str:
    papers = ({"id": f"p{n}", "title": f"Paper {n} of herons", **more} for n in range(count))
    return "".join(json.dumps(paper) + "\n" for paper in papers)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows by each line that is parsed."""
    parsed: list[object] = []
    real = _runs.line_value

    def value(line: bytes, decoder: json.JSONDecoder) -> object:
        parsed.append(line)
        return real(line, decoder)

    monkeypatch.setattr(_runs, "line_value", value)
    return parsed


def test_what_was_imported_is_not_parsed_again(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_text(many(1_000))
    ran("import", file)
    parsed = counted(monkeypatch)
    again = ran("import", file)
    assert again.stderr.endswith("complete: 0 new, 0 updated, 1,000 unchanged\n")
    assert parsed == []
    with file.open("a") as out:
        out.write('{"id": "q", "title": "One more"}\n')
    assert ran("import", file).stderr.endswith("complete: 1 new, 0 updated, 1,000 unchanged\n")
    assert 0 < len(parsed) <= 257


def test_bad_lines_and_upvotes_are_heard_again(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_text(many(3) + "broken\n")
    for _ in range(2):
        assert "skipped line 4: not JSON\n" in ran("import", file).stderr
    file.write_text(many(3, upvotes=7))
    for _ in range(2):
        ran("import", file)
    with opened(home / "cache.db") as connection:
        # The day goes on meanwhile: then the second import is seen on another one.
        connection.execute("UPDATE sightings SET day = '2020-01-01'")
    ran("import", file)
    with opened(home / "cache.db") as connection:
        (days,) = connection.execute("SELECT count(DISTINCT day) FROM sightings").fetchone()
    assert days == 2


def test_a_day_that_is_given_is_written_whatever_was_read_before(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_text(many(3))
    ran("import", file)
    ran("import", file, "--date", "2026-01-02")
    with opened(home / "cache.db") as connection:
        days = connection.execute("SELECT DISTINCT day FROM sightings").fetchall()
    assert "2026-01-02" in [row["day"] for row in days]
    assert len(days) == 2


def test_an_import_that_was_cut_off_goes_on_where_it_was(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = many(12_000)
    whole = gzip.compress(text.encode(), compresslevel=1)
    file = tmp_path / "papers.jsonl.gz"
    file.write_bytes(whole[: len(whole) * 9 // 10])
    assert ran("import", file).exit_code != 0
    file.write_bytes(whole)
    parsed = counted(monkeypatch)
    ran("import", file)
    assert len(ids()) == 12_000
    # What stood in the last run before the cut, and what came after it.
    assert len(parsed) < 4_000


def tags(cache: Path) -> dict[str, object]:
    papers = json.loads(ran("list", "--json", "--limit", 0, "--cache", cache).stdout)
    return {paper["id"]: paper["topics"] for paper in papers}


def test_tags_may_wait_for_retag(home: Path) -> None:
    at_once, later = home / "at_once.db", home / "later.db"
    assert "no tags" not in ran("import", PAGE, "--cache", at_once).stderr
    result = ran("import", PAGE, "--no-tags", "--cache", later)
    assert result.exit_code == 0
    assert result.stderr.endswith("new papers are not tagged yet: run `papertriage topics retag`\n")
    assert not any(tags(later).values())
    assert "no tags" not in ran("import", PAGE, "--no-tags", "--cache", later).stderr
    assert ran("--cache", later, "topics", "retag").exit_code == 0
    assert tags(later) == tags(at_once)


def test_papers_that_came_between_are_tagged_and_those_before_still_lag(home: Path) -> None:
    first = '{"id": "page:1", "title": "Invariant risk under causal shift"}'
    second = '{"id": "page:2", "title": "Denoising diffusion models of images"}'
    ran("import", "-", "--no-tags", stdin=first)
    ran("import", "-", stdin=second)
    assert [bool(found) for _, found in sorted(tags(home / "cache.db").items())] == [False, True]
    ran("topics", "retag")
    assert all(tags(home / "cache.db").values())
