from __future__ import annotations

from hypothesis import given

from builders import make_cached
from hostile import hostile_text
from papertriage.formats.tsv import chunks


@given(hostile_text)
def test_a_paper_is_one_line_of_seven_values(text):
    paper = make_cached(title=text, authors=(text,), url=text, published=text)
    (line,) = "".join(chunks([paper])).splitlines()
    assert line.count("\t") == 6
    assert "\x1b" not in line


def test_the_values_are_id_score_date_title_authors_tags_and_address():
    assert "".join(chunks([make_cached()])).rstrip("\n").split("\t") == [
        *("arxiv:2510.02252", "0.97", "2025-10-02", "Learning from Noisy Preferences"),
        *("Ada Example, Bob Sample", "alignment 0.97", "https://arxiv.org/abs/2510.02252"),
    ]
