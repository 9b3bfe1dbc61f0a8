from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given

from builders import make_paper, make_pick
from caches import lines, store_papers
from hostile import hostile_text
from papertriage.cache import filters as filters_module
from papertriage.cache.connection import opened
from papertriage.cache.filters import phrase, rarest
from papertriage.cache.journal import decide
from papertriage.cache.listing import list_papers
from papertriage.cache.picks import record
from papertriage.errors import InputError
from papertriage.models import Filters


@pytest.fixture
def filled(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a cache of three papers: 1, 2 and 3, a day apart."""
    common = dict.fromkeys(("abstract", "announced", "url", "pdf_url", "doi"))
    store_papers(
        connection,
        make_paper(
            **{"id": "1", "title": "ood 0.9", "published": "2026-11-01T00:00:00Z", **common},
            categories=("cs.LG",),
            authors=("Ada Example", "José Muñoz"),
        ),
        feed="one",
    )
    store_papers(
        connection,
        make_paper(
            **{"id": "2", "title": "ood 0.2 causality 0.7", "published": "2026-11-02", **common},
            categories=("cs.LGX", "math.OC"),
            authors=("Bob van der Sample",),
        ),
        make_paper(
            **{"id": "3", "title": "nothing", "published": None, **common},
            categories=("cscience",),
            authors=(),
        ),
        now="2026-11-03T10:00:00Z",
    )
    record(connection, "2026-11-22", [("3", make_pick(1))], at="2026-11-22T08:00:00Z")
    decide(connection, ["2"], "later", at="2026-11-23T09:00:00Z", new_line=lines().__next__)
    return connection


def ids(connection: sqlite3.Connection, **filters) -> str:
    return "".join(held.paper.id for held in list_papers(connection, Filters(**filters)))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "321"),
        ({"limit": 2}, "32"),
        ({"since": "2026-11-02"}, "32"),
        ({"until": "2026-11-02"}, "21"),
        ({"since": "2026-11-02", "until": "2026-11-02"}, "2"),
        ({"topics": ("ood",)}, "1"),
        ({"topics": ("ood", "causality")}, "21"),
        ({"categories": ("cs.LG",)}, "1"),
        ({"categories": ("CS.lg",)}, "1"),
        ({"categories": ("cs",)}, "21"),
        ({"categories": ("cs.*",)}, "21"),
        ({"categories": ("cs.LG", "math")}, "21"),
        ({"sources": ("test",)}, "321"),
        ({"sources": ("arxiv",)}, ""),
        ({"authors": ("munoz",)}, "1"),
        ({"authors": ("bob van", "ada")}, "21"),
        ({"authors": ("Example Ada",)}, ""),
        ({"decision": "later"}, "2"),
        ({"decision": "none"}, "31"),
        ({"decision": "keep"}, ""),
        ({"picked": True}, "3"),
        ({"picked": True, "decision": "later"}, ""),
        ({"topics": ("ood",), "categories": ("math",)}, ""),
    ],
)
@pytest.mark.parametrize("few", [0, 2_000])
def test_filters_pass_what_they_name(
    filled, filters: dict, expected: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters_module, "_FEW", few)
    monkeypatch.setattr(filters_module, "_FEW_OF_ALL", few)
    assert ids(filled, **filters) == expected


def test_the_rarest_filter_is_told_where_it_is_rare(filled: sqlite3.Connection) -> None:
    both = Filters(topics=("causality", "ood"), categories=("cs.LG",))
    rare = rarest(filled, both, most=1)
    assert rare is not None
    assert rare.condition.parameters == ("cs.LG", "cs.LG.", "cs.LG/")
    assert rarest(filled, Filters(topics=("causality", "ood")), most=1) is None
    assert rarest(filled, Filters(until="2026-11-02"), most=9) is None
    assert rarest(filled, Filters(sources=("test",)), most=2) is None
    assert rarest(filled, Filters(sources=("test", "jsonl")), most=9) is None
    nobodys = rarest(filled, Filters(topics=("ood",), sources=("nosuch",)), most=9)
    assert nobodys is not None
    assert nobodys.condition.parameters == ("nosuch",)
    days = rarest(filled, Filters(since="2026-11-03", topics=("causality", "ood")), most=9)
    assert days is not None
    assert days.by_day
    rare = rarest(filled, Filters(), most=1, beside=[both])
    assert rare is not None
    assert rare.condition.parameters == ("cs.LG", "cs.LG.", "cs.LG/")


def test_an_unknown_topic_is_told_with_those_there_are(filled: sqlite3.Connection) -> None:
    with pytest.raises(InputError, match="no topic 'x': the topics are alignment, causality, ood"):
        ids(filled, topics=("x",))


def test_an_author_of_no_letters_is_refused(filled: sqlite3.Connection) -> None:
    with pytest.raises(InputError, match=r"--author '\*' is not a name or part"):
        ids(filled, authors=("*",))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory):
    with opened(tmp_path_factory.mktemp("empty") / "cache.db") as connection:
        yield connection


@given(hostile_text)
def test_any_author_source_and_category_is_looked_for_or_refused(
    empty: sqlite3.Connection, text: str
) -> None:
    assert ids(empty, categories=(text,), sources=(text,)) == ""
    try:
        assert ids(empty, authors=(text,)) == ""
    except InputError:
        assert not any(letter.isalnum() for letter in text)


def test_a_phrase_holds_no_syntax() -> None:
    assert phrase('a "b\0c') == '"a  b c"'


@pytest.mark.parametrize("name", ["topics", "categories", "sources", "authors"])
def test_a_filter_may_be_given_as_often_as_a_script_does(
    filled: sqlite3.Connection, name: str
) -> None:
    one = {"topics": "ood", "categories": "cs.LG", "sources": "test", "authors": "Ada"}[name]
    # A topic that is not there is refused.
    others = [one if name == "topics" else f"none{number}" for number in range(1_100)]
    expected = ids(filled, **{name: (one,)})
    assert "1" in expected
    assert ids(filled, **{name: (*others, one)}) == expected
