from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from caches import lines
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide, label
from papertriage.errors import InputError
from papertriage.formats.digest import DIGEST_FORMATS
from papertriage.models import Filters
from papertriage.models.digest import Digest
from papertriage.triage.day import digesting
from papertriage.triage.day.archive import earlier_digest
from papertriage.triage.day.digesting import DigestRequest, digest_of, written_digest

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)
WANTED = DigestRequest(TODAY, TODAY, Filters(), limit=3)


@pytest.fixture
def connection(seeded: Path) -> Iterator[sqlite3.Connection]:
    with opened(seeded) as connection:
        yield connection


def written(
    connection: sqlite3.Connection, form: str = "markdown", wanted: DigestRequest = WANTED
) -> tuple[Digest, bytes]:
    digest, _ = digest_of(connection, wanted, NOW)
    text, warning = written_digest(connection, digest, form, wanted, NOW)
    assert warning is None
    return digest, text.encode()


@pytest.mark.parametrize("form", DIGEST_FORMATS)
def test_a_digest_comes_back_byte_for_byte_whatever_became_of_its_papers(
    connection: sqlite3.Connection, form: str
) -> None:
    digest, content = written(connection, form)
    names = [one.paper.id for one in digest.picks]
    new_line = lines().__next__
    decide(connection, names, "skip", at="2026-11-23T10:00:00Z", new_line=new_line)
    label(connection, names, "ood", True, at="2026-11-23T10:00:01Z", new_line=new_line)
    connection.execute("UPDATE papers SET title = 'Replaced', abstract = 'Otherwise.'")
    connection.execute("UPDATE tags SET score = 0.5, evidence = '[]'")
    connection.execute("DELETE FROM receipts")
    assert earlier_digest(connection, WANTED, form) == (content.decode(), "")
    # Made now, it is another digest: what was written is no copy of what the cache says today.
    assert digest_of(connection, WANTED, NOW)[0].picks != digest.picks


def test_what_an_older_version_wrote_comes_back_as_it_wrote_it(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(digesting, "__version__", "0.0.9")
        older.setattr(digesting, "digest_text", lambda _form, digest: f"old {digest.id}\n")
        _, content = written(connection)
    assert earlier_digest(connection, WANTED, "markdown") == (content.decode(), "")


def test_a_record_without_its_text_is_rendered_anew_and_says_so(
    connection: sqlite3.Connection,
) -> None:
    _, content = written(connection)
    connection.execute("UPDATE digest_texts SET text = NULL")
    assert earlier_digest(connection, WANTED, "markdown") == (
        content.decode(),
        (
            "the digest of 2026-11-23, created at 2026-11-23T09:00:00Z: its text was not stored,"
            " so it is rendered from its record"
        ),
    )


def test_only_what_was_asked_for_in_the_same_way_comes_back(connection: sqlite3.Connection) -> None:
    week = DigestRequest(TODAY - timedelta(days=6), TODAY, Filters(), limit=3)
    yesterday = TODAY - timedelta(days=1)
    written(connection)
    with pytest.raises(
        InputError, match=r"was written with --weekly --limit 3: there is one with --l"
    ):
        earlier_digest(connection, week, "markdown")
    with pytest.raises(
        InputError, match=r"^no digest of 2026-11-22 was stored: use --date 2026-11-22"
    ):
        earlier_digest(connection, DigestRequest(yesterday, yesterday, Filters()), "markdown")
    _, content = written(connection, wanted=week)
    assert earlier_digest(connection, week, "markdown").text.encode() == content
    assert earlier_digest(connection, week, "html").note.endswith(
        "it was not written as html at the time, so it is rendered from its record"
    )


def test_of_several_digests_the_last_made_on_the_day_itself_is_earlier_digest(
    connection: sqlite3.Connection,
) -> None:
    _, morning = written(connection)
    connection.execute("UPDATE digests SET at = '2026-11-23T07:00:00Z'")
    decide(
        connection,
        [row["paper"] for row in connection.execute("SELECT paper FROM picks LIMIT 1")],
        "keep",
        at="2026-11-23T09:30:00Z",
        new_line=lines().__next__,
    )
    evening, _ = digest_of(connection, WANTED, NOW + timedelta(hours=9))
    text, _ = written_digest(connection, evening, "markdown", WANTED, NOW + timedelta(hours=9))
    assert text.encode() != morning
    later = NOW + timedelta(days=2)
    again, _ = digest_of(connection, WANTED, later)
    written_digest(connection, again, "markdown", WANTED, later)
    assert again.id != evening.id
    assert earlier_digest(connection, WANTED, "markdown").text == text


def test_an_empty_digest_comes_back_too(connection: sqlite3.Connection) -> None:
    nobody = DigestRequest(TODAY, TODAY, Filters(authors=("nobody",)))
    _, content = written(connection, wanted=nobody)
    assert earlier_digest(connection, nobody, "markdown") == (content.decode(), "")
