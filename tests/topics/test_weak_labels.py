from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.topics.definitions import Topic
from papertriage.topics.features import text_terms
from papertriage.topics.labelled import Text
from papertriage.topics.weak_labels import PhraseCounter

TOPIC = Topic(
    "alignment",
    "",
    ("alignment", "human feedback", "learning from human feedback", "state of minds", "best of n"),
    misleading=("modality alignment",),
)
COUNTER = PhraseCounter(TOPIC)


@pytest.mark.parametrize(
    ("title", "abstract", "count"),
    [
        ("Sorting", "Nothing here.", 0),
        ("Sorting", "Human-feedback is used.", 1),
        ("Human feedback", None, 2),
        ("Sorting", "Learning from human feedback.", 1),
        ("Sorting", "Modality alignment, but also alignment.", 1),
        ("Modality alignments", "Modality alignment.", 0),
        ("Sorting", "States of mind.", 1),
        ("Sorting", "States in mind.", 0),
        ("Sorting", "Humane feedback, human feeding.", 0),
        ("Sorting", "Misalignment.", 0),
        ("Sorting", "The best results, best of five.", 0),
        ("Sorting", "The best of n samples.", 1),
    ],
)
def test_phrases_count_singular_or_plural_once_where_nested_and_twice_in_the_title(
    title: str, abstract: str | None, count: int
):
    text = Text(title, abstract)
    assert COUNTER.count(text) == count


WORDS = st.lists(
    st.sampled_from(["human", "feedback", "alignment", "modality", "learning", "from", "of", "x"])
).map(" ".join)


@given(WORDS, WORDS)
def test_knowing_the_terms_never_changes_the_count(title: str, abstract: str):
    # Long enough to be an abstract, so that its terms are known.
    text = Text(title, f"{abstract} or else it says nothing more here")
    assert COUNTER.count(text, text_terms(text)) == COUNTER.count(text)
