from __future__ import annotations

from builders import make_cached, make_score
from hostile import HOSTILE_TITLES
from papertriage.formats.why import plain

SCORE = make_score("ood", 0.9, evidence=(("shift", 1.5), ("(base rate)", -1.0)))


def test_terms_are_marked_in_the_abstract_and_add_up_below_it():
    text = "".join(plain(make_cached(abstract="A shift.", topics=(SCORE,)), None))
    assert "A *shift*." in text
    assert "ood 0.900 tagged" in text
    assert "+0.5000  sum: the log-odds" in text


def test_a_paper_without_abstract_says_so():
    text = "".join(plain(make_cached(abstract=None, topics=(SCORE,)), None))
    assert "scored from the title alone" in text


def test_nothing_hostile_comes_through():
    for title in HOSTILE_TITLES:
        text = "".join(plain(make_cached(title=title, abstract=title, topics=(SCORE,)), None))
        assert all(letter == "\n" or letter.isprintable() or ord(letter) > 0x9F for letter in text)
        assert "\x1b" not in text
