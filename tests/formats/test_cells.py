from __future__ import annotations

from builders import make_cached, make_pick, make_picked, make_score
from papertriage.formats import cells


def test_authors_are_shortened_where_that_saves_room():
    assert cells.short_authors(()) == ""
    assert cells.short_authors(("A", "B", "C")) == "A, B, C"
    assert cells.short_authors(("A", "B", "C", "D")) == "A, B +2"


def test_the_date_is_the_first_that_is_known():
    assert cells.day(make_cached()) == "2025-10-02"
    assert cells.day(make_cached(published=None, announced="2025-10-05")) == "2025-10-05"
    assert cells.day(make_cached(published=None, announced=None)) == "2025-10-03"


def test_a_listing_shows_the_picks_score_else_that_of_the_best_tag():
    scores = (
        make_score("ood", 0.7),
        make_score("alignment", 0.6),
        make_score("x", 0.9, tagged=False),
    )
    assert cells.score(make_cached(topics=scores)) == "0.70"
    assert cells.score(make_picked(topics=scores, pick=make_pick(1, 0.6))) == "0.60"
    assert cells.best(make_picked(topics=scores)).topic == "alignment"
    assert cells.best(make_picked(topics=scores, pick=make_pick(topic="gone"))).topic == "ood"
    assert cells.score(make_cached(topics=())) == ""


def test_tags_are_ordered_by_score_and_can_leave_out_the_topic_of_the_group():
    paper = make_cached(topics=(make_score("ood", 0.7), make_score(), make_score("x", 0.1)))
    assert cells.tags(paper) == "alignment 0.97, ood 0.70"
    assert cells.tags(paper, but="alignment") == "ood 0.70"


def test_the_reasons_are_the_picks_else_the_terms_that_speak_most_for_the_topic():
    assert cells.why(make_picked(pick=make_pick(reasons=("kept alike",)))) == "kept alike"
    evidence = (("weak", 0.1), ("(base rate)", 3.0), ("strong", 2.0), ("against", -2.0))
    assert cells.why(make_cached(topics=(make_score(evidence=evidence),))) == "strong, weak"
    assert cells.why(make_cached(topics=())) == ""


def test_an_empty_title_is_named():
    assert cells.title(make_cached(title=" ")) == "(no title)"
