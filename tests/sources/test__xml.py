from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.errors import SourceError
from papertriage.sources._xml import (
    elements,
    fault,
    not_of_kind,
    openings,
    readable,
    unescaped,
)

KIND = "a feed"


def test_the_declaration_goes_and_the_text_stays():
    assert readable(b"\xef\xbb\xbf <?xml version='1.0'?><a>\xc3\xa4</a>", KIND) == "<a>ä</a>"


@pytest.mark.parametrize(
    ("encoding", "declared", "expected"),
    [
        ("iso-8859-1", True, "<a>ä</a>"),
        ("iso-8859-1", False, "<a>\ufffd</a>"),
        ("utf-7", True, "<a>\ufffd</a>"),
        ("zlib", True, "<a>\ufffd</a>"),
        ("idna", True, "<a>\ufffd</a>"),
        ("no-such-thing", True, "<a>\ufffd</a>"),
        ("UTF-8", True, "<a>\ufffd</a>"),
    ],
)
def test_an_encoding_is_believed_where_it_is_asked_for_and_is_one(encoding, declared, expected):
    body = f"<?xml version='1.0' encoding='{encoding}'?><a>ä</a>".encode("latin-1")
    assert readable(body, KIND, declared=declared) == expected


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b" \n", "the answer is empty"),
        (b"<!DOCTYPE html><html></html>", "is not a feed .looks like HTML"),
        (b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>", "declares a document type"),
        (b"<rss/><!ENTITY a 'b'>", "declares a document type"),
    ],
)
def test_what_may_not_come_in_is_refused(body, line):
    with pytest.raises(SourceError, match=line):
        readable(body, KIND)


def test_characters_that_xml_forbids_are_dropped_however_they_are_written():
    text = readable(b"<a>\x00\x1b&#27;&#x0;&#65;&#99999999999999999999;&#xD800;</a>", KIND)
    assert text == "<a>&#65;</a>"


def test_a_fault_is_named_and_another_root_refused():
    assert fault("<a><b/></a>", "a".__eq__, KIND) is None
    assert "mismatched tag" in fault("<a><b></a>", "a".__eq__, KIND)
    with pytest.raises(SourceError, match="looks like other XML"):
        fault("<c/>", "a".__eq__, KIND)


@pytest.mark.parametrize(
    "text", ["<a>" * 60, "<a {}/>".format(" ".join(f"x{n}=''" for n in range(60)))]
)
def test_depth_and_attributes_are_bounded(text):
    with pytest.raises(SourceError, match="too much nesting or too many attributes"):
        fault(text, "a".__eq__, KIND)


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("<html>", "HTML"),
        (' {"a": 1}', "JSON"),
        ("<opml/>", "other XML"),
        ("Rate\x1b exceeded.", 'text: "Rate\ufffd exceeded."'),
    ],
)
def test_it_says_what_the_answer_looks_like(text, looks):
    assert f"(looks like {looks})" in str(not_of_kind(text, KIND))


def test_whole_elements_are_found_whatever_their_prefix():
    text = "<items/><item>1</item><x:item a='b'>2</x:item ><item>3"
    found = [text[start:end] for start, end in elements(text, "item")]
    assert found == ["<item>1</item>", "<x:item a='b'>2</x:item >"]
    assert len(openings(text, "item")) == 3


def test_a_flood_of_elements_that_never_end_is_read_once():
    # A lazy regular expression took the square of it: hours for this text.
    assert list(elements("<item>" * 2_000_000, "item")) == []


@given(st.binary(max_size=200), st.booleans())
def test_whatever_comes_is_text_or_one_line(body, declared):
    try:
        text = readable(body, KIND, declared=declared)
    except SourceError as error:
        text = str(error)
        lines = text.splitlines()
    else:
        lines = [text]
    assert lines == [text]
    # A lone surrogate could not be encoded.
    text.encode()


def test_a_reference_too_long_for_a_number_is_gone():
    text = "a&#" + "1" * 5_000 + ";b&#x" + "f" * 5_000 + "z&amp;&#233;&#xe9;"
    assert unescaped(text) == "abz&éé"
