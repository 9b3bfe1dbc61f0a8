from __future__ import annotations

import json

from hypothesis import given

from builders import make_cached, make_score
from hostile import hostile_text
from papertriage.formats.evidence import log_odds, shown_scores, spans, why_json, why_lines

OOD = make_score(
    "ood", 0.9, evidence=(("shift", 1.5), ("covariate shift", 2.0), ("(base rate)", -1.0))
)
ANTI = make_score("alignment", 0.1, evidence=(("shift", -3.0), ("(base rate)", -1.0)))


def test_the_tags_are_shown_and_without_any_the_best_score():
    paper = make_cached(topics=(ANTI, OOD))
    assert shown_scores(paper, None) == [OOD]
    assert shown_scores(paper, "alignment") == [ANTI]
    assert shown_scores(make_cached(topics=(ANTI,)), None) == [ANTI]
    assert shown_scores(make_cached(topics=()), None) == []


def test_terms_are_found_where_they_stand_pairs_before_words():
    text = "Covariate shift is a Shift."
    assert [(text[s.start : s.end], s.contribution) for s in spans(text, [OOD])] == [
        ("Covariate shift", 2.0),
        ("Shift", 1.5),
    ]


def test_a_term_is_found_in_any_inflection():
    assert [(span.start, span.end) for span in spans("Covariate shifts, shifting", [OOD])] == [
        (0, 16),
        (18, 26),
    ]


def test_of_two_topics_the_stronger_opinion_on_a_term_is_shown():
    assert [span.contribution for span in spans("a shift", [OOD, ANTI])] == [-3.0]


@given(hostile_text)
def test_spans_lie_apart_inside_any_text(text: str):
    ends = [point for span in spans(text, [OOD]) for point in (span.start, span.end)]
    assert ends == sorted(ends)
    assert all(0 <= point <= len(text) for point in ends)


def test_the_sum_comes_last():
    *terms, total = why_lines(OOD)
    assert [name for name, _ in terms] == ["covariate shift", "shift", "(base rate)"]
    assert total == ("sum: the log-odds", 2.5)


def test_the_json_says_when_only_a_title_was_scored():
    (found,) = json.loads("".join(why_json([make_cached(abstract=None, topics=(OOD,))], None)))
    assert found["from_title_only"] is True
    assert found["topics"]["ood"]["log_odds"] == log_odds(OOD) == 2.5
