from __future__ import annotations

import re

from hypothesis import given

from builders import make_cached, make_score
from hostile import hostile_text
from papertriage.render import triaging_text as text

CODES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def test_a_page_says_what_is_known_and_highlights_the_evidence() -> None:
    page = text.page(make_cached(upvotes=1_200, decision="later", labels={"ood": True}), "new", 4)
    lines = page.plain.split("\n")
    assert lines[0] == "Learning from Noisy Preferences"
    assert "Ada Example, Bob Sample" in lines
    assert "2025-10-02  cs.LG, stat.ML  1,200 upvotes  arxiv:2510.02252" in lines
    assert "alignment 0.97  ood 0.12 (you: yes)" in lines
    assert "why human feedback, reward model, preference" in lines
    assert "+4 similar: + shows them, S skips all" in lines
    assert {"new", "you postponed it"} <= set(lines)
    green = [page.plain[s.start : s.end] for s in page.spans if s.style == "bold green"]
    assert {"reward model", "human feedback"} <= set(green)


def test_a_topic_without_a_chance_is_not_named_unless_it_is_the_best_or_labelled() -> None:
    scores = (make_score("a", 0.05), make_score("b", 0.04), make_score("c", 0.01))
    page = text.page(make_cached(topics=scores, labels={"c": False}), "", 0)
    assert "a 0.05  c 0.01 (you: no)" in page.plain.split("\n")


def test_the_first_parts_of_the_status_stay_when_it_is_narrow() -> None:
    parts = ("7 of 66, 60 left", "kept 2", "learned from 34 decisions")
    assert text.status(parts, 80).plain.rstrip() == " | ".join(parts)
    assert text.status(parts, 30).plain == "7 of 66, 60 left | kept 2     "
    assert text.status(parts, 5).plain == "7 of "


def test_as_many_keys_are_named_as_fit() -> None:
    assert text.keys(80).plain.endswith("/ search")
    assert text.keys(40).plain == "k keep  s skip  l later  u undo  ? help"
    assert text.keys(0).plain == ""


def test_the_help_names_every_key_that_the_line_of_keys_names() -> None:
    for key, _ in text.KEYS:
        assert re.search(rf"(^|\s){re.escape(key)}\s", text.HELP), key


def test_the_end_says_what_was_done() -> None:
    assert "kept 2" in text.ending("kept 2").plain
    assert "nothing was decided" in text.ending("").plain


@given(hostile_text)
def test_hostile_text_is_shown_as_text(found: str) -> None:
    paper = make_cached(
        title=found,
        abstract=found,
        authors=(found,),
        categories=(found,),
        id=found,
        topics=(make_score(found, evidence=((found, 1.0),)),),
        labels={found: True},
    )
    page = text.page(paper, found, 1)
    assert not CODES.findall(page.plain)
    assert max(map(len, page.plain.split("\n"))) <= 20_000
    assert not CODES.findall(text.message(found, 40).plain)
