from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from papertriage.files import ris
from papertriage.files.ris import batches, looks_like_ris

LIBRARY = Path(__file__).parents[1] / "data" / "files" / "library.ris"
TODAY = date(2026, 11, 23)


def read(data):
    return list(batches(io.BufferedReader(io.BytesIO(data)), "f", TODAY, TODAY))


def papers(text):
    return [sighting.paper for batch in read(text.encode()) for sighting in batch.sightings]


def skipped(text):
    return [line for batch in read(text.encode()) for line in batch.skipped]


def paper(*lines):
    (found,) = papers("\n".join(["TY  - JOUR", "TI  - T", *lines, "ER  - "]))
    return found


def test_a_library_is_read_record_by_record():
    (batch,) = read(LIBRARY.read_bytes())
    first, second = (sighting.paper for sighting in batch.sightings)
    assert (first.title, first.id) == ("A Record of an Invented Journal", "doi:10.1000/ris.1")
    assert first.abstract == "The abstract goes on in a second line - like this."
    assert first.authors == ("Bob Sample", "Jürgen Groß")
    assert (first.published, first.url) == ("2024-11-19T00:00:00Z", "https://example.org/a;b")
    assert (second.id, second.title) == ("arxiv:2611.00042", "Fewer Blanks")
    assert batch.skipped == ("line 17: no title", "line 20: no TY before it: not a record")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["ER  - ", "ER  -", "ER  - x", ""])
def test_records_end_in_many_ways(end, last):
    record = ["TY  - JOUR", "TI  - A", *filter(None, [last]), ""]
    data = "\ufeff" + end.join([*record, *record])
    assert [p.title for p in papers(data)] == ["A", "A"]
    assert skipped(data) == []


def test_a_broken_record_costs_no_neighbour():
    text = "TY  - JOUR\nfirst of all\nER  - \nTY  - JOUR\nTI  - B\nER  - \nER  - \n"
    assert [p.title for p in papers(text)] == ["B"]
    assert len(skipped(text)) == 1


def test_a_record_that_is_too_long_is_not_kept(monkeypatch):
    monkeypatch.setattr(ris, "MAX_RECORD", 100)
    text = "TY  - JOUR\nTI  - A\n" + "AB  - abstract\n" * 99 + "ER  - \nTY  - X\nTI  - B\nER  - \n"
    assert [p.title for p in papers(text)] == ["B"]
    assert skipped(text) == ["line 1: longer than 0 MB"]


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        (["PY  - 2024"], "2024-01-01"),
        (["Y1  - 2024/03//"], "2024-03-01"),
        (["PY  - 2024", "DA  - 2024/3/9/spring"], "2024-03-09"),
        (["PY  - 2024", "DA  - 2024-03-09"], "2024-03-09"),
        (["PY  - 2024", "DA  - Mar 9"], "2024-01-01"),
    ],
)
def test_dates_are_as_precise_as_they_are_given(lines, published):
    assert paper(*lines).published == f"{published}T00:00:00Z"


@pytest.mark.parametrize("line", ["PY  - in press", "PY  - ", "DA  - 2024/13/41", "PY  - 20245"])
def test_no_date_is_no_date(line):
    assert paper(line).published is None


@pytest.mark.parametrize(
    "line",
    [
        "AN  - arXiv:2611.01234",
        "UR  - http://arxiv.org/abs/2611.01234v2",
        "DO  - 10.48550/arXiv.2611.01234",
    ],
)
def test_an_arxiv_paper_is_known_in_every_spelling(line):
    assert paper(line).id == "arxiv:2611.01234"


def test_the_first_of_repeated_tags_is_taken():
    found = paper(
        "TI  - Second", "DO  - 10.1000/a", "DO  - 10.1000/b", "UR  - x", "UR  - https://b.c"
    )
    assert (found.title, found.doi, found.url) == ("T", "10.1000/a", "https://b.c")


def test_a_library_is_known_by_its_first_tag():
    assert looks_like_ris("Provider: x\nTY  - JOUR")
    assert not looks_like_ris("Ty  - JOUR\nSTY  - x")
