from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from builders import make_cached, make_paper, make_pick, make_score
from papertriage.formats.paper_json import json_line, paper_json
from papertriage.models import CachedPaper, Interest, Paper

SCHEMA_1 = [
    *("schema", "id", "title", "abstract", "authors", "published", "updated", "announced"),
    *("announce_type", "announcement_inferred"),
    *("version", "categories", "primary_category", "url", "pdf_url", "doi", "comment", "code_url"),
    *("sources", "upvotes", "topics", "decision", "labels", "pick", "interest"),
]


def test_every_key_of_schema_1_is_there_in_its_order_and_null_where_nothing_is_known():
    bare = CachedPaper(Paper("title:0", "Bare"), came="2025-10-03T09:00:00Z")
    assert list(paper_json(bare)) == [*SCHEMA_1, "came"]
    assert {key for key, value in paper_json(bare).items() if value is None} == {
        *("abstract", "published", "updated", "announced", "version", "primary_category"),
        *("url", "pdf_url", "doi", "comment", "code_url", "upvotes", "decision", "pick"),
        *("interest", "announce_type", "announcement_inferred"),
    }


def test_interest_says_how_likely_a_paper_is_kept_and_from_how_many_decisions():
    cached = make_cached(interest=Interest(0.7, (("reward model", 0.9),), 24))
    assert paper_json(cached)["interest"] == {
        "score": 0.7,
        "evidence": [["reward model", 0.9]],
        "decisions": 24,
    }


def test_topics_labels_and_the_pick_have_the_shape_of_the_schema():
    cached = make_cached(
        topics=(make_score(evidence=(("reward model", 1.5),)),),
        labels={"alignment": True},
        decision="keep",
        pick=make_pick(2, reasons=("reward model",)),
    )
    found = paper_json(cached)
    assert found["topics"] == {
        "alignment": {"score": 0.97, "tagged": True, "evidence": [["reward model", 1.5]]}
    }
    assert found["labels"] == {"alignment": True}
    assert found["decision"] == "keep"
    assert found["pick"] == {
        "rank": 2,
        "score": 0.97,
        "topic": "alignment",
        "reasons": ["reward model"],
    }


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_line_is_the_same_data_in_one_line_without_terminal_codes(text):
    line = json_line(paper_json(make_cached(make_paper(title=text))))
    assert json.loads(line)["title"] == text
    assert line.splitlines() == [line]
    assert not any(c in line for c in "\x1b\x7f\x85\x9b\u2028\u202e\u2066\ufeff\U000e0041")


def test_lone_surrogates_become_the_replacement_character_and_tag_characters_stay_data():
    assert json.loads(json_line("a\ud800b")) == "a\ufffdb"
    assert json.loads(json_line("\udfff")) == "\ufffd"
    assert json_line("\U000e0041") == '"\\udb40\\udc41"'
