from __future__ import annotations

import sqlite3

from hypothesis import given

from caches import named_paper, store_papers
from hostile import hostile_text
from papertriage.cache.alike import alike
from papertriage.cache.connection import opened
from papertriage.cache.eligible import Condition
from papertriage.cache.listing import require_papers
from papertriage.text import clean


def like(connection: sqlite3.Connection, name: str, limit: int = 10) -> list[str]:
    (held,) = require_papers(connection, [name])
    return [other.paper.id for other in alike(connection, held.paper, Condition("1"), limit)]


def test_papers_that_share_telling_words_are_found_most_alike_first(
    connection: sqlite3.Connection,
) -> None:
    fillers = [
        named_paper(f"f{n}", title=f"A study {n} of models", abstract="We study a model.")
        for n in range(50)
    ]
    store_papers(
        connection,
        named_paper("asked", title="Herons that wade", abstract="We study how a heron wades."),
        named_paper("close", title="Wading herons", abstract="A heron wades in a marsh."),
        named_paper("near", title="Herons", abstract="A heron flies over a mountain."),
        *fillers,
    )
    assert like(connection, "asked")[:2] == ["close", "near"]
    assert "asked" not in like(connection, "asked", 100)


def test_a_condition_holds(connection: sqlite3.Connection) -> None:
    store_papers(connection, *[named_paper(name, title=f"Wading herons {name}") for name in "abc"])
    (held,) = require_papers(connection, ["a"])
    only = Condition("papers.id = ?", ("c",))
    assert [other.paper.id for other in alike(connection, held.paper, only, 10)] == ["c"]


def test_a_paper_of_common_words_alone_is_like_none(connection: sqlite3.Connection) -> None:
    store_papers(connection, named_paper("a", title="On the", abstract=None, authors=()))
    assert like(connection, "a") == []


@given(hostile_text, hostile_text)
def test_any_text_can_be_compared(tmp_path_factory, title: str, abstract: str) -> None:
    with opened(tmp_path_factory.mktemp("alike") / "cache.db") as connection:
        store_papers(
            connection,
            *[named_paper(n, title=clean(title), abstract=clean(abstract)) for n in "ab"],
        )
        assert like(connection, "a") in ([], ["b"])


def test_no_statement_reads_more_than_its_share(connection: sqlite3.Connection) -> None:
    store_papers(
        connection,
        *[
            named_paper(f"p{n}", title=f"Wading herons {n}", abstract="A marsh, a reed, a fish.")
            for n in range(600)
        ],
    )
    read: list[str] = []
    connection.set_trace_callback(read.append)
    assert len(like(connection, "p7", 20)) == 20
    connection.set_trace_callback(None)
    assert all("LIMIT" in s for s in read if "MATCH" in s)
    assert len([s for s in read if "MATCH" in s]) < 60


def test_in_a_small_cache_words_that_no_other_paper_has_hide_none_that_it_shares(
    connection: sqlite3.Connection,
) -> None:
    own = " ".join(
        f"{name}word" for name in ("alder", "birch", "cedar", "elm", "fir", "gum", "ash")
    )
    asked = named_paper("asked", title=f"A heron {own}", abstract=f"{own} rowan oak heron.")
    store_papers(
        connection,
        asked,
        named_paper("alike", title="Of birds", abstract="A heron stands in a river."),
        named_paper("other", title="Of stones", abstract="Granite lies in a field."),
    )
    assert like(connection, "asked") == ["alike"]
