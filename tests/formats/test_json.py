from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from builders import make_cached
from papertriage.formats.json import chunks


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4))
def test_an_array_holds_every_paper_with_one_line_each(titles):
    text = "".join(chunks(make_cached(title=title) for title in titles))
    assert [paper["title"] for paper in json.loads(text)] == titles
    assert len(text.splitlines()) == (len(titles) + 2 if titles else 1)
