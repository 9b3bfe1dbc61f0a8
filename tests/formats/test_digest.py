from __future__ import annotations

import re

import pytest
from hypothesis import given

from builders import (
    make_cached,
    make_coverage,
    make_digest,
    make_news,
    make_pick,
    make_picked,
    make_score,
)
from hostile import hostile_text
from papertriage.errors import InputError
from papertriage.formats import digest as parts
from papertriage.formats.digest import DIGEST_FORMATS, digest_text


def test_an_unknown_digest_format_is_named_with_the_known_ones():
    with pytest.raises(InputError, match="unknown digest format pdf: choose from markdown,"):
        digest_text("pdf", make_digest())


@pytest.mark.parametrize("name", DIGEST_FORMATS)
def test_the_same_digest_gives_the_same_bytes(name):
    assert digest_text(name, make_digest()) == digest_text(name, make_digest())


@pytest.mark.parametrize("name", ["markdown", "html", "text"])
def test_a_digest_says_what_was_picked_why_what_waits_and_what_the_feeds_gave(name):
    text = " ".join(digest_text(name, make_digest()).split())
    for words in (
        *("Papers to read, 2025-10-03", "1 paper picked, 1 topic.", "alignment", "0.97"),
        *("Learning from Noisy Preferences", "Ada Example, Bob Sample", "2025-10-02"),
        *("because human feedback, reward model", "We train a reward model on pairwise human"),
        *("What else was new", "40 papers came in; 4 more tagged papers are waiting."),
        *("alignment: 6 new, 5 more waiting", "Rewards Left Over", "0.81"),
        *("arxiv cs.LG", "complete, 12 new, 3 updated", "papertriage digest 0123456789abcdef"),
    ):
        assert words in text, words


@pytest.mark.parametrize("name", ["markdown", "html", "text"])
def test_an_empty_digest_says_so_in_a_sentence(name):
    text = digest_text(name, make_digest(picks=(), feeds=(), topics=(), new=0, waiting=0))
    for words in (
        *("No paper was picked on 2025-10-03.", "0 papers came in; no other tagged paper is"),
        "No feed was fetched.",
    ):
        assert words in text


@pytest.mark.parametrize("name", ["markdown", "html", "text"])
def test_a_pick_without_abstract_authors_or_reasons_is_shown(name):
    pick = make_pick(reasons=())
    bare = make_picked(abstract=None, authors=(), pick=pick, topics=(), url=None)
    text = digest_text(name, make_digest(picks=(bare,)))
    assert "Learning from Noisy Preferences" in text
    assert "because" not in text


def test_picks_stand_under_their_topics_with_their_ranks():
    picks = [make_picked(n, pick=make_pick(n, topic=t)) for n, t in ((1, "b"), (2, "a"), (4, "b"))]
    groups = parts.numbered(make_digest(picks=(*picks, make_cached())))
    numbers = {topic: [number for number, _ in papers] for topic, papers in groups.items()}
    assert numbers == {"b": [1, 4], "a": [2], "no topic": [4]}


def test_a_verdict_names_the_first_of_what_was_skipped_and_the_message():
    coverage = make_coverage(verdict="partial", skipped=2, why_skipped="no title", message="cut")
    assert parts.verdict(coverage) == "partial (cut), 12 new, 3 updated, 2 skipped (no title)"


def test_a_verdict_names_the_days_that_failed_were_mended_or_not_asked():
    days = tuple(f"2025-10-0{n}" for n in range(1, 6))
    coverage = make_coverage(
        verdict="failed", failed=days[:1], mended=days[1:3], unasked=days, new=0, updated=0
    )
    assert parts.verdict(coverage) == (
        "failed on 2025-10-01, 0 new, 0 updated; failed on 2025-10-02, 2025-10-03 but was"
        " fetched again; not fetched on 5 days from 2025-10-01 to 2025-10-05"
    )


def test_a_feed_that_begins_with_its_source_is_named_once():
    feeds = [parts.feed(make_coverage(feed=name)) for name in ("arxiv", "arxiv:cs.LG", "cs.LG")]
    assert feeds == ["arxiv", "arxiv:cs.LG", "arxiv cs.LG"]


def test_a_window_is_named_by_its_first_and_last_day():
    week = make_digest(first="2025-09-27", picks=(), asked=("--weekly", "--trending"))
    assert parts.heading(week) == "Trending papers, 2025-09-27 to 2025-10-03"
    assert parts.opening(week) == "No paper was picked from 2025-09-27 to 2025-10-03."


@pytest.mark.parametrize("name", ["markdown", "html", "text"])
def test_the_estimate_of_what_was_missed_is_said_where_there_is_one(name):
    missed = "About 2 papers were missed this week."
    assert missed in digest_text(name, make_digest(missed=missed))
    assert "missed" not in digest_text(name, make_digest())


@pytest.mark.parametrize("name", DIGEST_FORMATS)
def test_every_format_names_its_digest(name):
    marker = re.compile("papertriage[ :]digest[ :][0-9a-f]{16}")
    assert marker.search(digest_text(name, make_digest()))
    assert not marker.search(digest_text(name, make_digest(id="")))


def test_the_quote_is_the_sentence_with_most_of_the_evidence():
    abstract = (
        "We study rewards, e.g. Reward shaping by J. Doe et al. (2020). "
        "World-models of human feedback help a lot! Is it so?"
    )
    evidence = (("rewards", 0.5), ("human feedback", 2.0), ("world_models", 1.0))
    topics = (make_score(evidence=evidence),)
    paper = make_cached(abstract=abstract, topics=topics)
    assert parts.quote(paper) == "World-models of human feedback help a lot!"
    first = "We study rewards, e.g. Reward shaping by J. Doe et al. (2020)."
    assert parts.quote(make_cached(abstract=abstract, topics=())) == first


@given(hostile_text)
def test_a_quote_is_one_line_of_at_most_300_characters(text):
    quote = parts.quote(make_cached(abstract=text * 3))
    assert len(quote) <= 300
    assert "\n" not in quote
    assert len(parts.quote(make_cached(abstract="word " * 200))) > 280


@pytest.mark.parametrize(
    ("waiting", "said"), [(1, "1 more tagged paper is w"), (0, "no other tagged paper is w")]
)
def test_the_sentence_about_what_waits_is_grammatical(waiting, said):
    assert parts.what_else(make_digest(waiting=waiting, new=1)).startswith(
        f"1 paper came in; {said}"
    )


def test_a_topic_without_more_names_no_more():
    assert parts.what_else_of(make_news(more=0)) == "alignment: 6 new"
