from __future__ import annotations

import pytest

from papertriage.topics.words import fold, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("models", "model"),
        ("policies", "policy"),
        ("generalisation", "generalization"),
        ("behaviour", "behavior"),
        ("shifts", "shift"),
    ],
)
def test_inflections_and_spellings_of_a_word_are_one_term(one: str, other: str):
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize("word", ["the", "of", "2025", "x"])
def test_stop_words_numbers_and_single_characters_are_no_terms(word: str):
    assert fold(word) == ""


@pytest.mark.parametrize("word", ["bias", "loss", "gas", "hour"])
def test_different_words_stay_different(word: str):
    assert fold(word) not in {fold("by"), fold("los"), fold("ga"), fold("or"), ""}


def test_text_from_a_pdf_and_in_other_alphabets_has_words():
    assert words("E\ufb03cient DIFFUSION, \uff21\uff29") == ["efficient", "diffusion", "ai"]
    assert words("Über 量子") == ["über", "量子"]
