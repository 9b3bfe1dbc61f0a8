from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import hostile_text
from invented import invented_texts
from papertriage.errors import ModelError
from papertriage.topics.batch_scoring import batch_scorer
from papertriage.topics.choosing import drop_topics, join_models
from papertriage.topics.model import Model, TopicModel, term_table
from papertriage.topics.scoring import score_paper
from papertriage.triage.teaching.followed import shipped_model

TOPIC = TopicModel("song", 0.5, -1.5, 8.0, 0.9, -0.75, 0.2, 0.9, 0.9, {}, None, ())
SONG = Model(
    {"song": TOPIC},
    (term_table(("song",), {"warbler": "2 3", "bird_song": "4 2.5", "farm": "1.5 -4"}),),
    "song",
)
MODEL = join_models([shipped_model(), SONG])
PAPERS = [
    *((text.title, text.abstract) for text in invented_texts(40)),
    ("Aligning language models with human preferences", None),
    ("Bird songs", "too short an abstract"),
    ("", None),
    ("Größe ﬁve: the warblers' bird-song", "Domain generalisation under distribution shift, again"),
    ("warbler " * 1200, "causal " * 5000),
]
SCORE = batch_scorer(MODEL)


def assert_alike(model, papers, scored) -> None:
    for row, (title, abstract) in enumerate(papers):
        for one, fast in zip(score_paper(model, title, abstract), scored, strict=True):
            assert fast.topic == one.topic
            assert fast.scores[row] == pytest.approx(one.score, abs=1e-6)
            assert fast.tagged[row] == one.tagged


def test_a_batch_is_scored_as_one_paper_after_the_other() -> None:
    assert_alike(MODEL, PAPERS, SCORE(PAPERS))


@given(st.lists(st.tuples(hostile_text, st.none() | hostile_text), max_size=5))
def test_any_text_is_scored_alike(papers) -> None:
    assert_alike(MODEL, papers, SCORE(papers))


def test_no_pair_joins_two_papers() -> None:
    score = batch_scorer(SONG)
    apart = score([("bird", None), ("song", None)])[0].scores
    assert apart[0] == apart[1] == score([("", None)])[0].scores[0]
    assert score([("bird song", None)])[0].scores[0] > apart[0]


def test_a_dropped_topic_is_not_scored() -> None:
    kept = drop_topics(MODEL, ["ood"])
    scored = batch_scorer(kept)(PAPERS)
    assert [one.topic for one in scored] == [name for name in MODEL.topics if name != "ood"]
    assert_alike(kept, PAPERS, scored)


def test_log_odds_beyond_a_float_are_no_chance() -> None:
    hopeless = Model({"song": replace(TOPIC, base=-5000.0)}, SONG.tables, "hopeless")
    (scored,) = batch_scorer(hopeless)([("warbler", None)])
    assert (scored.scores[0], scored.tagged[0]) == (0.0, False)


def test_a_malformed_line_is_named() -> None:
    wrong = Model({"song": TOPIC}, (term_table(("song",), {"warbler": "2"}),), "wrong")
    with pytest.raises(ModelError, match="'warbler' holds 1 numbers, not 2"):
        batch_scorer(wrong)
