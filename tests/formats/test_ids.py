from __future__ import annotations

from builders import make_cached
from papertriage.formats.ids import chunks


def test_each_id_is_a_line_of_its_own():
    papers = [make_cached(id=name) for name in ("arxiv:2510.02252", "doi:10.1/a\nb", "title:0")]
    assert "".join(chunks(papers)) == "arxiv:2510.02252\ndoi:10.1/a b\ntitle:0\n"
