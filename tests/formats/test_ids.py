from __future__ import annotations

from hypothesis import given

from builders import make_cached
from hostile import hostile_text
from papertriage.formats.ids import chunks
from papertriage.text import clean


def test_each_id_is_a_line_of_its_own():
    papers = [make_cached(id=name) for name in ("arxiv:2510.02252", "doi:10.1/a\nb", "title:0")]
    assert "".join(chunks(papers)) == "arxiv:2510.02252\ndoi:10.1/a b\ntitle:0\n"


@given(hostile_text)
def test_an_id_is_one_line_whatever_is_in_it(text):
    (line,) = "".join(chunks([make_cached(id=text)])).split("\n")[:-1]
    assert line == clean(text)
    assert len(line.splitlines()) <= 1
