from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from caches import cache_of
from papertriage.cache.connection import opened
from processes import ran, started


@pytest.fixture
def cache(home: Path) -> Path:
    with cache_of(home / "cache.db", "ood 0.9 first", "ood 0.1 second", "third"):
        return home / "cache.db"


ONE, TWO = "arxiv:2510.00001", "arxiv:2510.00002"


def shown(*words: object, stdin: str | None = None) -> list[str]:
    result = ran("show", "--json", *words, stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return [paper["id"] for paper in json.loads(result.stdout)]


@pytest.mark.parametrize(
    "name", [ONE, "2510.00001", "arXiv:2510.00001v7", "https://arxiv.org/pdf/2510.00001v1"]
)
def test_a_paper_has_many_names(cache: Path, name: str) -> None:
    assert shown(name) == [ONE]


def test_papers_come_in_the_order_asked_each_once(cache: Path) -> None:
    assert shown(TWO, ONE, "2510.00002") == [TWO, ONE]


def test_ids_and_json_lines_are_read_from_a_pipe(cache: Path) -> None:
    lines = f'{{"id": "{TWO}", "x": 1}}\n\n2510.00001\n'
    assert shown("-", stdin=lines) == [TWO, ONE]
    exported = ran("export").stdout
    assert len(shown("-", stdin=exported)) == 3


def test_an_id_of_digits_is_an_id_in_json(cache: Path) -> None:
    with sqlite3.connect(cache) as connection:
        connection.execute("INSERT INTO other_names VALUES ('7', 1, 1)")
        (own,) = connection.execute("SELECT id FROM papers WHERE key = 1").fetchone()
    connection.close()
    assert shown("-", stdin='{"id": "7"}') == [own]


@pytest.mark.parametrize(
    ("stdin", "line"),
    [
        ('{"id": 1}', "standard input: no id in"),
        ("{", "standard input: not a JSON object"),
        ("\ud800x", "is not in the cache"),
    ],
)
def test_a_wrong_line_of_a_pipe_is_named(cache: Path, stdin: str, line: str) -> None:
    result = ran("show", "-", stdin=stdin.encode(errors="surrogatepass"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert line in result.stderr


def test_a_closed_standard_input_is_one_line(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with started(
        cache.parent, "show", "-", stdin=None, preexec_fn=lambda: __import__("os").close(0)
    ) as process:
        _, errors = process.communicate()
    assert process.returncode == 2
    assert errors == b"standard input is closed: there are no ids to read\n"


def test_rows_of_the_last_listing_are_names(cache: Path) -> None:
    ran("list")
    assert shown(2) == [TWO]
    ran("search", "second")
    assert shown(1) == [TWO]
    assert (cache.parent / "cache.db-listing.json").stat().st_mode & 0o777 == 0o600


def test_a_row_that_was_not_listed_is_refused(cache: Path) -> None:
    result = ran("show", 1)
    assert result.exit_code == 2
    assert result.stderr == "no row 1 in the last listing: list some papers first\n"
    ran("list")
    assert ran("show", 9).stderr == "no row 9 in the last listing: it has rows 1 to 3\n"


def test_a_listing_that_cannot_be_remembered_names_nothing(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran("list")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", full)
        assert ran("list", "--topic", "ood").exit_code == 0
    assert ran("show", 1).exit_code == 2


def test_a_paper_that_is_not_there_is_named_and_nothing_else_shown(cache: Path) -> None:
    result = ran("show", ONE, "2510.99999")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("arxiv:2510.99999 is not in the cache: ")


def test_a_paper_is_shown_with_its_evidence_and_in_every_format(
    cache: Path, tmp_path: Path
) -> None:
    text = ran("show", ONE).stdout
    assert "Preference data are noisy." in text
    assert "human feedback" in text
    assert ran("show", ONE, "--format", "bibtex").stdout.startswith("@")
    assert ran("show", ONE, "-o", tmp_path / "one.md").exit_code == 0
    assert "ood 0.9 first" in (tmp_path / "one.md").read_text()


def test_decisions_are_said_and_all_or_none_are_written(cache: Path) -> None:
    assert ran("keep", ONE, TWO).stderr == (
        f"kept {ONE}: ood 0.9 first\nkept {TWO}: ood 0.1 second\n"
    )
    assert ran("skip", ONE).stderr.startswith(f"skipped {ONE}")
    assert ran("later", ONE).stderr.startswith(f"postponed {ONE}")
    assert ran("keep", TWO, "2510.99999").exit_code == 2
    with opened(cache) as connection:
        assert dict(connection.execute("SELECT paper, decision FROM decisions")) == {
            ONE: "later",
            TWO: "keep",
        }


def test_undo_takes_back_the_last_or_what_is_named(cache: Path) -> None:
    ran("keep", ONE)
    ran("skip", ONE)
    ran("keep", TWO)
    assert ran("undo").stderr == f"undid keep: {TWO} is undecided again\n"
    assert ran("undo", "2510.00001").stderr == f"undid skip: {ONE} is kept again\n"
    assert ran("undo").exit_code == 0
    result = ran("undo")
    assert (result.exit_code, result.stderr) == (2, "no decision to undo\n")
    result = ran("undo", TWO)
    assert (result.exit_code, result.stderr) == (2, f"no decision to undo for {TWO}\n")


def test_what_a_new_version_changed_is_shown_word_by_word(home: Path) -> None:
    paper = {"id": "2511.00001", "version": 1, "title": "Cows", "abstract": "Seen in fields."}
    ran("import", "-", stdin=json.dumps(paper))
    assert "has not changed since it was stored" in ran("show", "--diff", "2511.00001").stderr
    changed = {**paper, "version": 2, "abstract": "Seen in wide fields."}
    ran("import", "-", stdin=json.dumps(changed))
    shown = ran("show", "--diff", "2511.00001").stdout
    assert shown.startswith("arxiv:2511.00001: v1 to v2, changed on ")
    assert "Seen in {+wide+} fields." in shown
