from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from papertriage.cache.rows import evidence_text, list_text, names_text

_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.text()))
def test_names_are_the_json_that_any_list_is(names):
    assert names_text(names) == list_text(names)
    assert json.loads(names_text(names)) == names


@given(st.lists(st.tuples(st.text(), _NUMBERS)))
def test_evidence_is_the_json_that_any_list_is(evidence):
    assert evidence_text(evidence) == list_text(evidence)
