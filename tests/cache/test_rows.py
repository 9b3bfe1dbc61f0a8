from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from papertriage.cache.rows import evidence_of, evidence_text, list_text, names_text
from papertriage.models import BASE_RATE, NO_ABSTRACT, OTHER_TERMS

_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.text()))
def test_names_are_the_json_that_any_list_is(names):
    assert names_text(names) == list_text(names)
    assert json.loads(names_text(names)) == names


@given(st.lists(st.tuples(st.text(), _NUMBERS)))
def test_evidence_is_the_json_that_any_list_is(evidence):
    assert evidence_text(evidence) == list_text(evidence)


@given(st.lists(st.tuples(st.text() | st.sampled_from((OTHER_TERMS, BASE_RATE)), _NUMBERS)))
def test_evidence_comes_back_as_it_was_also_from_an_older_cache(evidence):
    assert evidence_of(evidence_text(evidence)) == tuple(evidence)
    assert evidence_of(list_text(evidence)) == tuple(evidence)


def test_what_stands_in_every_evidence_is_a_number():
    parts = [("0", 1.5), (OTHER_TERMS, 0.5), (NO_ABSTRACT, -1.0), (BASE_RATE, -2.0)]
    assert evidence_text(parts) == '[["0",1.5],[0,0.5],[1,-1.0],[2,-2.0]]'
