from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import hostile_text
from invented import invented_texts
from papertriage.errors import ModelError
from papertriage.topics import batch_evidence
from papertriage.topics.batch_evidence import scorer_with_evidence
from papertriage.topics.choosing import drop_topics, join_models
from papertriage.topics.model import Model, TopicModel, term_table
from papertriage.topics.scoring import score_paper
from papertriage.triage.teaching.followed import shipped_model

TOPIC = TopicModel("song", 0.5, -1.5, 8.0, 0.9, -0.75, 0.2, 0.9, 0.9, {}, None, ())
# Many terms weigh the same, of either sign: which of them is shown depends on their order alone.
LINES = {
    "warbler": "2 3",
    "bird_song": "4 1.5",
    "farm": "1.5 -4",
    "song": "2 3",
    "bird": "3 -2",
    "valley": "2 -3",
    "valley_song": "2 3",
    "model": "1 0",
    "learn": "1 0.0001",
}
SONG = Model({"song": TOPIC}, (term_table(("song",), LINES),), "song")
EAGER = Model({"song": replace(TOPIC, threshold=0.0)}, SONG.tables, "eager")
MODEL = join_models([shipped_model(), SONG])
WORDS = ["warbler", "warblers", "bird", "birds", "song", "valley", "farm", "model", "learn", "the"]
PAPERS = [
    *((text.title, text.abstract) for text in invented_texts(40)),
    ("Aligning language models with human preferences", None),
    ("Valley songs and song birds", "The valley song of birds: song, bird song, warblers, farms"),
    ("Bird songs", "too short an abstract"),
    ("", None),
    ("", "Song of songs of songs of songs"),
    ("Größe ﬁve: the warblers' bird-song", "Domain generalisation under distribution shift, again"),
    ("warbler " * 1200, "causal " * 5000),
]
words = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
a_text = words | hostile_text


def one_by_one(model: Model, papers):
    return [score_paper(model, title, abstract) for title, abstract in papers]


@pytest.mark.parametrize(
    "model", [MODEL, SONG, EAGER, shipped_model(), drop_topics(MODEL, ["ood"])]
)
def test_a_batch_is_tagged_as_one_paper_after_the_other_to_the_last_bit(model: Model) -> None:
    assert scorer_with_evidence(model)(PAPERS) == one_by_one(model, PAPERS)


@given(st.lists(st.tuples(a_text, st.none() | a_text), max_size=6))
def test_any_text_is_tagged_alike(papers) -> None:
    for model in (SONG, EAGER):
        assert scorer_with_evidence(model)(papers) == one_by_one(model, papers)


def test_more_papers_than_arrays_take_are_tagged_in_their_order(monkeypatch) -> None:
    monkeypatch.setattr(batch_evidence, "_AT_ONCE", 7)
    assert scorer_with_evidence(MODEL)(PAPERS) == one_by_one(MODEL, PAPERS)


def test_without_topics_a_paper_has_no_scores() -> None:
    assert scorer_with_evidence(Model({}, (), ""))(PAPERS[:2]) == [(), ()]


def test_a_malformed_line_is_named() -> None:
    wrong = Model({"song": TOPIC}, (term_table(("song",), {"warbler": "2"}),), "wrong")
    with pytest.raises(ModelError, match="'warbler' holds 1 numbers, not 2"):
        scorer_with_evidence(wrong)
