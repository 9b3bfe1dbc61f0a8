from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_cached, make_digest, make_picked, make_receipt
from hostile import hostile_text
from papertriage.cache import digests
from papertriage.cache.cells import damaged
from papertriage.cache.connection import opened
from papertriage.cache.digests import Behind, Written
from papertriage.cache.packing import is_frame
from papertriage.cache.tables import tables
from papertriage.models.digest import Digest

NOW, LATER = "2026-11-23T08:00:00Z", "2026-11-23T20:00:00Z"
BEHIND = Behind({"alignment": "a1"}, {"picks.limit": 10, "topics.off": ["ood"]})


def kept(
    connection: sqlite3.Connection,
    digest: Digest,
    text: str = "text",
    form: str = "markdown",
    now: str = NOW,
) -> Digest:
    digest = digests.identified(connection, digest, now)
    written = Written(digests.text_hash(text), digest.id, form, "0.1.0")
    assert digests.store_digest(connection, digest, BEHIND, written, text, now) is None
    return digest


def test_a_digest_comes_back_as_it_was_kept(connection: sqlite3.Connection) -> None:
    whole = make_digest(
        picks=(make_picked(labels={"ood": True}, decision="keep"), make_cached(topics=())),
        receipts=(make_receipt(skipped=("line 3: no title",)),),
        asked=("--weekly", "--topic ood"),
        missed="about 2 papers were missed",
    )
    digest = kept(connection, whole)
    assert digests.digests_of(connection, "2025-10-03") == [(digest, BEHIND)]
    assert digests.digests_of(connection, "2025-10-04") == []


def test_all_parts_are_kept_by_the_names_of_their_fields(connection: sqlite3.Connection) -> None:
    paper = make_picked(3, labels={"ood": True})
    kept(connection, make_digest(picks=(paper,)))
    (row,) = connection.execute("SELECT content FROM digests")
    (found,) = json.loads(row["content"])["picks"]
    assert found["paper"] == json.loads(json.dumps(paper.paper._asdict()))
    assert found["pick"] == json.loads(json.dumps(paper.pick._asdict()))
    assert found["topics"][1]["topic"] == "ood"
    assert found["labels"] == {"ood": True}


def test_the_id_follows_the_content_and_nothing_else(connection: sqlite3.Connection) -> None:
    digest = kept(connection, make_digest())
    again = digests.identified(connection, make_digest(made=LATER, id="other"), LATER)
    assert (again.id, again.made) == (digest.id, NOW)
    other = digests.identified(connection, make_digest(waiting=5), LATER)
    assert other.id != digest.id
    assert other.made == LATER


def test_what_was_written_is_kept_once(
    connection: sqlite3.Connection,
) -> None:
    digest = kept(connection, make_digest(), "one")
    kept(connection, make_digest(), "one")
    kept(connection, make_digest(), "two")
    found = sorted(digests.written_of(connection, digest.id))
    assert found == [
        (name, digest.id, "markdown", "0.1.0")
        for name in sorted(map(digests.text_hash, ("one", "two")))
    ]


@given(text=st.text(max_size=3000))
def test_a_text_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("texts") / "cache.db"
    with opened(path) as connection:
        digest = kept(connection, make_digest(), text)
        found = digests.written_text(connection, digest.id, "markdown")
    assert found is not None
    assert found.encode() == text.encode("utf-8", "replace")
    assert digests.text_hash(found) == digests.text_hash(text)


def test_the_last_text_of_a_format_counts(connection: sqlite3.Connection) -> None:
    digest = kept(connection, make_digest(), "# One", now=NOW)
    kept(connection, make_digest(), "# Two", now=LATER)
    kept(connection, make_digest(), "<p>One", "html", now=NOW)
    assert digests.written_text(connection, digest.id, "markdown") == "# Two"
    assert digests.written_text(connection, digest.id, "html") == "<p>One"
    assert digests.written_text(connection, digest.id, "json") is None
    assert digests.written_text(connection, "0" * 16, "html") is None


def test_a_long_text_is_stored_packed(connection: sqlite3.Connection) -> None:
    kept(connection, make_digest(), "# The ten papers of the day\n" * 100)
    (stored,) = connection.execute("SELECT text FROM digest_texts").fetchone()
    assert is_frame(stored)
    assert len(stored) < 200
    table = next(one for one in tables(connection) if one.name == "digest_texts")
    assert list(damaged(connection, table)) == []
    connection.execute("UPDATE digest_texts SET text = substr(text, 1, 20)")
    assert [column for _, column in damaged(connection, table)] == ["text"]


def test_a_record_of_before_texts_were_kept_has_none_until_it_is_written_again(
    connection: sqlite3.Connection,
) -> None:
    digest = kept(connection, make_digest(), "# One")
    connection.execute("UPDATE digest_texts SET text = NULL")
    assert digests.written_text(connection, digest.id, "markdown") is None
    kept(connection, make_digest(), "# One", now=LATER)
    assert digests.written_text(connection, digest.id, "markdown") == "# One"
    (at,) = connection.execute("SELECT at FROM digest_texts").fetchone()
    assert at == NOW


def test_a_cache_that_cannot_be_written_is_told_of_and_no_failure(
    connection: sqlite3.Connection,
) -> None:
    connection.execute("PRAGMA query_only = 1")
    digest = digests.identified(connection, make_digest(), NOW)
    written = Written("0", digest.id, "html", "1")
    warning = digests.store_digest(connection, digest, BEHIND, written, "text", NOW)
    assert warning is not None
    assert "could not record" in warning
    # Whoever goes on with this connection waits as before: a mail's fate is kept after a digest.
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000


def test_whoever_goes_on_after_a_digest_waits_as_before(connection: sqlite3.Connection) -> None:
    kept(connection, make_digest())
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000


def test_whoever_goes_on_after_an_error_waits_as_before(connection: sqlite3.Connection) -> None:
    digest = digests.identified(connection, make_digest(), NOW)
    unwritable = Written("0", digest.id, object(), "1")  # type: ignore[arg-type]  # the fault
    with pytest.raises(sqlite3.Error, match="not supported"):
        digests.store_digest(connection, digest, BEHIND, unwritable, "text", NOW)
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000


def test_a_field_of_another_version_is_no_fault(connection: sqlite3.Connection) -> None:
    digest = kept(connection, make_digest())
    content = json.loads(connection.execute("SELECT content FROM digests").fetchone()[0])
    content["later"] = 1
    del content["missed"], content["picks"][0]["upvotes"]
    connection.execute("UPDATE digests SET content = ?", (json.dumps(content),))
    (found,) = digests.digests_of(connection, digest.day)
    assert found.digest == digest


def test_the_settings_hash_follows_the_settings() -> None:
    assert digests.settings_hash({"a": 1, "b": 2}) == digests.settings_hash({"b": 2, "a": 1})
    assert digests.settings_hash({"a": 1}) != digests.settings_hash({"a": 2})


@given(text=hostile_text.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)))
def test_any_text_comes_back(text: str) -> None:
    digest = replace(make_digest(), picks=(make_picked(title=text, abstract=text),))
    found = digests._digest(json.loads(digests._content(digest)))
    assert replace(found, id=digest.id, made=digest.made) == digest
