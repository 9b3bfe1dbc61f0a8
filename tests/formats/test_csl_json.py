from __future__ import annotations

import json

import pytest
from hypothesis import given

from builders import make_cached, make_score
from hostile import hostile_text
from papertriage.formats.csl_json import chunks
from papertriage.formats.references import plain

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema checks the items")

_TEXT = {"type": "string", "minLength": 1}
_NAME = {"type": "object", "additionalProperties": False}
# What csl-data.json of https://github.com/citation-style-language/schema (v1.0) says of the keys
# that are written here; it allows no others, and neither does this.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            **dict.fromkeys(
                (
                    *("id", "title", "abstract", "DOI", "URL", "version", "keyword", "note"),
                    *("number", "publisher", "archive", "archive_location"),
                ),
                _TEXT,
            ),
            "type": {"const": "article"},
            "author": {
                "type": "array",
                "items": {
                    "anyOf": [
                        _NAME
                        | {
                            "properties": {"family": _TEXT, "given": _TEXT},
                            "required": ["family", "given"],
                        },
                        _NAME | {"properties": {"literal": _TEXT}, "required": ["literal"]},
                    ]
                },
            },
            "issued": {
                "type": "object",
                "additionalProperties": False,
                "required": ["date-parts"],
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 1,
                        "items": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 3,
                            "items": {"type": "integer", "minimum": 1},
                        },
                    }
                },
            },
        },
    },
}


def read(papers):
    items = json.loads("".join(chunks(papers)))
    jsonschema.validate(items, SCHEMA)
    return items


def test_an_item_says_everything_that_csl_has_a_word_for():
    (item,) = read([make_cached(doi=None, abstract="Short.")])
    assert item == {
        "id": "arxiv:2510.02252",
        "type": "article",
        "title": "Learning from Noisy Preferences",
        "author": [{"family": "Example", "given": "Ada"}, {"family": "Sample", "given": "Bob"}],
        "issued": {"date-parts": [[2025, 10, 2]]},
        "abstract": "Short.",
        "DOI": "10.48550/arXiv.2510.02252",
        "URL": "https://arxiv.org/abs/2510.02252",
        "version": "2",
        "keyword": "alignment",
        "note": "Comment: 12 pages",
        "publisher": "arXiv",
        "archive": "arXiv",
        "archive_location": "2510.02252",
        "number": "arXiv:2510.02252",
    }


def test_a_paper_of_which_only_the_title_is_known_is_an_item():
    bare = dict.fromkeys(("abstract", "published", "announced", "url", "doi", "comment", "version"))
    (item,) = read([make_cached(**bare, id="title:0", authors=(), topics=())])
    assert item == {"id": "title:0", "type": "article", "title": "Learning from Noisy Preferences"}


def test_particles_and_suffixes_stand_where_zotero_reads_them():
    names = ("Ludwig van der Sample", "Bob Sample Jr.", "Plato", "The EXAMPLE Collaboration")
    (item,) = read([make_cached(authors=names)])
    assert item["author"] == [
        {"family": "van der Sample", "given": "Ludwig"},
        {"family": "Sample", "given": "Bob, Jr."},
        {"literal": "Plato"},
        {"literal": "The EXAMPLE Collaboration"},
    ]


def test_a_comment_sets_no_field():
    (item,) = read([make_cached(comment="{:type: book} title: x")])
    assert item["note"] == "Comment: { :type: book} title: x"


def test_an_array_of_nothing_is_an_array():
    assert read([]) == []


@given(hostile_text)
def test_papers_in_are_items_out_and_the_text_is_whole(text):
    hostile = make_cached(
        title=text,
        abstract=text,
        authors=(text, text),
        url=text,
        doi=text,
        published=text,
        comment=text,
        topics=(make_score(text),),
    )
    items = read([hostile, make_cached()])
    assert len(items) == 2
    assert items[0].get("title", "") == items[0].get("abstract", "") == plain(text)
    assert len("".join(chunks([hostile])).splitlines()) == 3
