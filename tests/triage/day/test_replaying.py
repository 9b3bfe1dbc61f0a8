from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from caches import lines
from papertriage import config
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide
from papertriage.cache.topics import write_topics
from papertriage.errors import InputError
from papertriage.formats.digest import DIGEST_FORMATS
from papertriage.models import Filters
from papertriage.models.digest import Digest
from papertriage.triage.day import digesting
from papertriage.triage.day.digesting import DigestRequest, digest_of, kept_text
from papertriage.triage.day.replaying import replayed, verified

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
    text, warning = kept_text(connection, digest, form, wanted, NOW)
    assert warning is None
    return digest, text.encode()


def told(connection: sqlite3.Connection, content: bytes) -> str:
    found = verified(connection, content)
    assert found.same == found.lines[0].startswith("reproduces")
    return "\n".join(found.lines)


@pytest.mark.parametrize("form", DIGEST_FORMATS)
def test_a_digest_reproduces_in_every_format(connection: sqlite3.Connection, form: str) -> None:
    _, content = written(connection, form)
    said = told(connection, content)
    assert said.startswith("reproduces: the digest of 2026-11-23, made at 2026-11-23T09:00:00Z")
    assert said.endswith("3 picks scored again by the same models")
    again = replayed(connection, WANTED, form)
    assert again.text.encode() == content
    assert again.same
    assert again.told.endswith("the same bytes as then")


def test_a_replay_gives_the_bytes_of_then_whatever_became_of_the_papers(
    connection: sqlite3.Connection,
) -> None:
    digest, content = written(connection, "json")
    names = [one.paper.id for one in digest.picks]
    decide(connection, names, "skip", at="2026-11-23T10:00:00Z", new_line=lines().__next__)
    connection.execute("UPDATE papers SET title = 'Replaced', abstract = 'Otherwise.'")
    connection.execute("UPDATE tags SET score = 0.5, evidence = '[]'")
    connection.execute("DELETE FROM receipts")
    assert replayed(connection, WANTED, "json").text.encode() == content
    assert told(connection, content).startswith("reproduces")
    # Made now, it is another digest: the replay is no copy of what the cache says today.
    assert digest_of(connection, WANTED, NOW)[0].picks != digest.picks


def test_an_edited_file_is_known_by_its_marker_and_its_first_other_line(
    connection: sqlite3.Connection,
) -> None:
    _, content = written(connection)
    _, page = written(connection, "html")
    edited = content.replace(b"3 papers picked", b"4 papers picked")
    assert "the file was changed since it was written: line 3 is the first" in told(
        connection, edited
    )
    assert "line 1 is" in told(connection, page.replace(b"<!DOCTYPE html>", b"<!doctype html>"))


def test_what_is_no_digest_of_this_cache_is_said(connection: sqlite3.Connection) -> None:
    foreign = b"# Papers to read\n\npapertriage digest 0000000000000000\n"
    for content in (b"", b"\xff\xfe", foreign):
        assert told(connection, content) == "not a digest of this cache"


def test_a_changed_model_is_named_with_its_hashes_and_the_replay_says_so(
    connection: sqlite3.Connection,
) -> None:
    held = [
        (row["name"], row["threshold"], row["model"])
        for row in connection.execute("SELECT * FROM topics")
    ]
    then = [(n, t, "a" * 64 if n == "ood" else m) for n, t, m in held]
    write_topics(connection, then)
    _, content = written(connection)
    said = told(connection, content)
    (now,) = [model for name, _, model in held if name == "ood"]
    assert f"the model of ood changed (aaaaaaaa then, {now[:8]} now)" in said
    assert "--as-of replays it from its record" in said
    again = replayed(connection, WANTED, "markdown")
    assert again.text.encode() == content
    assert "3 picks from the record, for other models score ood now" in again.told


def test_a_changed_setting_is_named_where_it_counts(connection: sqlite3.Connection) -> None:
    usual = DigestRequest(TODAY, TODAY, Filters())
    _, content = written(connection, wanted=usual)
    _, limited = written(connection)
    config.change("picks.limit", "4")
    assert "the setting picks.limit changed (10 then, 4 now)" in told(connection, content)
    config.change("sources.contact", "me@example.org")
    assert told(connection, limited).startswith("reproduces")
    config.change("topics.off", "ood")
    assert "the setting topics.off changed ([] then, ['ood'] now)" in told(connection, limited)
    assert "the topic ood is not followed any more" in told(connection, limited)


def test_changed_picks_are_named(connection: sqlite3.Connection) -> None:
    digest, content = written(connection)
    first, second = digest.picks[0].paper.id, digest.picks[1].paper.id
    connection.execute("DELETE FROM picks WHERE paper = ?", (first,))
    connection.execute("UPDATE picks SET score = 0.5 WHERE paper = ?", (second,))
    said = told(connection, content)
    assert f"the picks changed: {first} picked then, not among those days' picks now" in said
    assert f"the picks changed: {second} picked for another topic or score now" in said


def test_a_score_that_the_same_model_does_not_give_is_named(
    connection: sqlite3.Connection,
) -> None:
    connection.execute("UPDATE tags SET score = score * 0.999 WHERE tagged = 1")
    digest, content = written(connection)
    names = [one.paper.id for one in digest.picks]
    assert f"the same model scores {', '.join(names)} otherwise now" in told(connection, content)
    again = replayed(connection, WANTED, "markdown")
    assert "for the same models score them otherwise now" in again.told


def test_a_text_of_another_version_is_not_called_the_same(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(digesting, "__version__", "0.0.9")
        older.setattr(digesting, "digest_text", lambda _form, digest: f"old {digest.id}\n")
        _, content = written(connection)
    other = "papertriage 0.0.9 wrote it otherwise than papertriage "
    assert other in told(connection, content)
    again = replayed(connection, WANTED, "markdown")
    assert not again.same
    assert other in again.told


def test_a_replay_answers_to_what_was_asked_for(connection: sqlite3.Connection) -> None:
    week = DigestRequest(TODAY - timedelta(days=6), TODAY, Filters(), limit=3)
    yesterday = TODAY - timedelta(days=1)
    written(connection)
    with pytest.raises(
        InputError, match=r"asked for with --weekly --limit 3: there is one with --l"
    ):
        replayed(connection, week, "markdown")
    with pytest.raises(InputError, match=r"^no digest of 2026-11-22 was kept: --date 2026-11-22"):
        replayed(connection, DigestRequest(yesterday, yesterday, Filters()), "markdown")
    _, content = written(connection, wanted=week)
    assert replayed(connection, week, "markdown").text.encode() == content
    assert replayed(connection, week, "html").told.endswith("it was not written as html then")


def test_of_several_digests_the_last_made_on_the_day_itself_is_replayed(
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
    text, _ = kept_text(connection, evening, "markdown", WANTED, NOW + timedelta(hours=9))
    assert text.encode() != morning
    later = NOW + timedelta(days=2)
    again, _ = digest_of(connection, WANTED, later)
    kept_text(connection, again, "markdown", WANTED, later)
    assert again.id != evening.id
    assert replayed(connection, WANTED, "markdown").text == text


def test_an_empty_digest_is_replayed_too(connection: sqlite3.Connection) -> None:
    nobody = DigestRequest(TODAY, TODAY, Filters(authors=("nobody",)))
    _, content = written(connection, wanted=nobody)
    assert told(connection, content).endswith("nothing was picked")
