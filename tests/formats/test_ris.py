from __future__ import annotations

import pytest
from hypothesis import given

from builders import make_cached
from hostile import hostile_text
from papertriage.formats.references import plain
from papertriage.formats.ris import chunks

rispy = pytest.importorskip("rispy", reason="rispy reads the RIS back")


def read(papers):
    return rispy.loads("".join(chunks(papers)).replace("\r\n", "\n"))


def test_a_record_has_the_exact_lines_of_the_format():
    assert "".join(chunks([make_cached(abstract="Short.")])) == "\r\n".join(
        (
            *("TY  - UNPB", "ID  - arxiv:2510.02252", "TI  - Learning from Noisy Preferences"),
            *("AU  - Example, Ada", "AU  - Sample, Bob", "PY  - 2025", "DA  - 2025/10/02"),
            *("AB  - Short.", "DO  - 10.1000/example.1", "UR  - https://arxiv.org/abs/2510.02252"),
            *("KW  - alignment", "N1  - version 2; 12 pages"),
            *("AN  - arXiv:2510.02252", "DB  - arXiv", "PB  - arXiv"),
            *("ER  - ", "", ""),
        )
    )


def test_a_paper_of_which_only_the_title_is_known_is_a_record():
    bare = dict.fromkeys(("abstract", "published", "announced", "url", "doi", "comment", "version"))
    text = "".join(chunks([make_cached(**bare, id="title:0", authors=(), topics=())]))
    assert text.split("\r\n") == [
        *("TY  - UNPB", "ID  - title:0", "TI  - Learning from Noisy Preferences", "ER  - ", "", "")
    ]


def test_rispy_reads_every_field_back():
    names = ("Ludwig van der Sample", "Bob Sample Jr.", "The EXAMPLE Collaboration")
    (record,) = read([make_cached(authors=names, abstract="Short.")])
    assert record == {
        "type_of_reference": "UNPB",
        "id": "arxiv:2510.02252",
        "title": "Learning from Noisy Preferences",
        "authors": ["van der Sample, Ludwig", "Sample, Bob, Jr.", "The EXAMPLE Collaboration"],
        "year": "2025",
        "date": "2025/10/02",
        "abstract": "Short.",
        "doi": "10.1000/example.1",
        "urls": ["https://arxiv.org/abs/2510.02252"],
        "keywords": ["alignment"],
        "notes": ["version 2; 12 pages"],
        "accession_number": "arXiv:2510.02252",
        "name_of_database": "arXiv",
        "publisher": "arXiv",
    }


@given(hostile_text)
def test_papers_in_are_records_out_and_the_text_is_whole(text):
    hostile = make_cached(
        title=text, abstract=text, authors=(text,), url=text, published=text, doi=text, comment=text
    )
    records = read([hostile, make_cached()])
    assert len(records) == 2
    assert records[0].get("title", "") == plain(text)
    assert records[0].get("abstract", "") == plain(text)
    assert records[1]["title"] == "Learning from Noisy Preferences"
    assert records[1]["authors"] == ["Example, Ada", "Sample, Bob"]
