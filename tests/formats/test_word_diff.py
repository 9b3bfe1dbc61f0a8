from __future__ import annotations

from hypothesis import given

from hostile import hostile_text
from papertriage.formats.word_diff import plain, stretches


def test_words_that_went_and_came_are_marked():
    assert plain("a cat sat", "a dog sat down") == "a [-cat-] {+dog+} sat {+down+}"
    assert plain("same words", "same words") == "same words"
    assert plain("", "new") == "{+new+}"


@given(hostile_text, hostile_text)
def test_both_texts_can_be_read_back(old: str, new: str):
    found = list(stretches(old, new))
    for gone, text in (("new", old), ("gone", new)):
        words = " ".join(words for change, words in found if change != gone)
        assert words == " ".join(text.split())
