from __future__ import annotations

import pytest
from hypothesis import given

from builders import make_cached
from hostile import hostile_text
from papertriage.formats.ris import chunks
from papertriage.text import clean

rispy = pytest.importorskip("rispy", reason="rispy reads the RIS back")


def read(papers):
    return rispy.loads("".join(chunks(papers)).replace("\r\n", "\n"))


def test_a_record_has_the_exact_lines_of_the_format():
    assert "".join(chunks([make_cached(abstract="Short.")])) == "\r\n".join(
        (
            *("TY  - UNPB", "TI  - Learning from Noisy Preferences"),
            *("AU  - Example, Ada", "AU  - Sample, Bob", "PY  - 2025", "DA  - 2025/10/02"),
            *("AB  - Short.", "DO  - 10.1000/example.1", "UR  - https://arxiv.org/abs/2510.02252"),
            *("KW  - alignment", "AN  - arXiv:2510.02252", "DB  - arXiv", "PB  - arXiv"),
            *("ER  - ", "", ""),
        )
    )


def test_a_paper_of_which_only_the_title_is_known_is_a_record():
    bare = dict.fromkeys(("abstract", "published", "announced", "url", "doi"))
    text = "".join(chunks([make_cached(**bare, id="title:0", authors=(), topics=())]))
    assert text == "TY  - UNPB\r\nTI  - Learning from Noisy Preferences\r\nER  - \r\n\r\n"


@given(hostile_text)
def test_papers_in_are_records_out_and_the_text_is_whole(text):
    hostile = make_cached(title=text, abstract=text, authors=(text,), url=text, published=text)
    records = read([hostile, make_cached()])
    assert len(records) == 2
    assert records[0].get("title", "") == clean(text)
    assert records[0].get("abstract", "") == clean(text)
    assert records[1]["title"] == "Learning from Noisy Preferences"
    assert records[1]["authors"] == ["Example, Ada", "Sample, Bob"]
