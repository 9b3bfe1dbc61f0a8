from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.errors import InputError
from papertriage.files._form import form_of
from papertriage.files.reading import FORMS


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("x.jsonl", "jsonl"),
        ("x.NDJSON.gz", "jsonl"),
        ("x.csv", "csv"),
        ("x.tsv", "csv"),
        ("x.bib", "bibtex"),
        ("x.ris", "ris"),
        ("x.eml", "arxiv-mail"),
        ("x.mbox", "arxiv-mail"),
    ],
)
def test_the_name_tells_where_the_content_cannot(name, form):
    assert form_of(b"nothing to go by", name) == form


def test_the_content_goes_before_the_name():
    assert form_of(b"\xef\xbb\xbf \n@misc{key, title={T}}", "x.json") == "bibtex"
    assert form_of(b"title\nA\n", "x.csv") == "csv"
    with pytest.raises(InputError, match="plain text"):
        form_of(b"title\nA\n", "x")


@given(st.binary(), st.sampled_from(["-", "x.csv", "x.gz"]))
def test_any_start_has_a_form_or_none(start, name):
    try:
        assert form_of(start, name) in FORMS
    except InputError as caught:
        assert "\n" not in str(caught)  # noqa: PT017 - a form is as right as an error
