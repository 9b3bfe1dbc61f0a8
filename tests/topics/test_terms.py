from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.topics.terms import as_written, find_term, read
from papertriage.topics.words import fold

ABSTRACT = "We align large language models with human preferences."


def test_pairs_do_not_reach_over_stop_words_or_out_of_the_title():
    terms = read("Causal effect of rain", "Rain falls on causal paper each day.").terms
    assert {"causal_effect", "rain", "rain_fall"} <= set(terms)
    assert not {"effect_rain", "rain_rain", "fall_causal"} & set(terms)


def test_a_term_of_the_title_counts_more_than_one_of_the_abstract():
    terms = read("Zebra stripes", "Giraffe spots seen by us in the wild today").terms
    assert terms.count("zebra") > terms.count("giraff") + terms.count("giraffe") == 1


@pytest.mark.parametrize("abstract", [None, "", "n/a", "Withdrawn by the authors."])
def test_a_handful_of_words_is_no_abstract(abstract: str | None):
    assert not read("A title", abstract).has_abstract
    assert read("A title", abstract).terms == read("A title", None).terms


def test_a_term_is_shown_as_the_paper_writes_it():
    reading = read("On models", ABSTRACT)
    shown = {as_written(reading, term) for term in reading.terms}
    assert {"models", "language models", "human preferences"} <= shown


@given(st.text(), st.text() | st.none())
def test_every_term_of_any_paper_can_be_shown(title: str, abstract: str | None):
    reading = read(title, abstract)
    for term in reading.terms:
        assert "_".join(map(fold, as_written(reading, term).split(" "))) == term


def test_a_term_of_the_evidence_is_found_where_the_text_has_it():
    found = find_term(ABSTRACT, "language model")
    assert [ABSTRACT[start:end] for start, end in found] == ["language models"]
    assert find_term(ABSTRACT, "(other terms)") == []
    assert find_term(ABSTRACT, "") == []


@given(st.text(), st.text())
def test_spans_lie_inside_any_text(text: str, term: str):
    for start, end in find_term(text, term):
        assert 0 <= start < end <= len(text)
