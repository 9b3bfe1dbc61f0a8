from __future__ import annotations

import re

from hypothesis import given

from builders import make_cached, make_picked, make_score
from hostile import hostile_text
from papertriage.formats.detail import plain


def test_everything_known_of_a_paper_is_said():
    paper = make_picked(
        upvotes=1200,
        decision="keep",
        labels={"alignment": True, "ood": False},
        topics=(make_score("ood", 0.1), make_score()),
    )
    text = "".join(plain(paper))
    for line in (
        *("Learning from Noisy Preferences", "Ada Example, Bob Sample"),
        *("id         arxiv:2510.00001 v2", "categories cs.LG, stat.ML", "published  2025-10-02"),
        *("page       https://arxiv.org/abs/2510.00001", "upvotes    1,200", "decision   keep"),
        *(
            "labels     alignment yes, ood no",
            "comment    12 pages",
            "doi        10.1000/example.1",
        ),
        *("pick       1 for alignment: human feedback, reward model", "alignment 0.97 tagged"),
        *("   +2.10  human feedback", "   -0.20  code", "ood 0.10"),
    ):
        assert line in text.split("\n"), line
    assert text.index("alignment 0.97") < text.index("ood 0.10")


def test_what_is_not_known_is_not_said():
    absent = ("published", "updated", "announced", "version", "url", "pdf_url", "doi", "comment")
    text = "".join(plain(make_cached(**dict.fromkeys(absent), abstract=None, authors=())))
    assert text.startswith("Learning from Noisy Preferences\n\nid         arxiv:2510.02252\n")
    assert "(no abstract)" in text
    assert not re.search("published|updated|page|doi|None", text)


def test_a_thousand_authors_are_counted():
    text = "".join(plain(make_cached(authors=("Ada",) * 1_200)))
    assert "Ada +1,100\n" in text


@given(hostile_text)
def test_no_terminal_codes_whatever_the_text(text):
    paper = make_cached(
        title=text,
        abstract=text,
        authors=(text,),
        comment=text,
        url=text,
        topics=(make_score(text, evidence=((text, 1.0),)),),
    )
    found = "".join(plain(paper))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", found)
