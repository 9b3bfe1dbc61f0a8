"""Explain a paper's score, and find its terms in the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from papertriage.models import INTEREST, CachedPaper, TopicScore, is_term
from papertriage.text import counted
from papertriage.topics.words import WORD, fold, words

_TOKEN = re.compile(WORD)


class TermSpan(NamedTuple):
    """A span of a text, with the contribution of the term found there."""

    start: int
    end: int
    contribution: float


def shown_scores(paper: CachedPaper, topic: str | None) -> list[TopicScore]:
    """Return the score of the topic; without a topic the tags, or else the best score."""
    scores = sorted(paper.topics, key=lambda score: -score.score)
    if topic is not None:
        return [score for score in scores if score.topic == topic]
    return [score for score in scores if score.tagged] or scores[:1]


def shown_interest(paper: CachedPaper, topic: str | None) -> TopicScore | None:
    """Return the paper's interest as a score, unless another one is requested."""
    if paper.interest is None or topic not in {None, INTEREST}:
        return None
    return TopicScore(
        INTEREST, paper.interest.score, tagged=False, evidence=paper.interest.evidence
    )


def taught(paper: CachedPaper) -> str:
    """Return "learned from 24 decisions"."""
    return f"learned from {counted(paper.interest.decisions if paper.interest else 0, 'decision')}"


def known_scores(paper: CachedPaper) -> set[str]:
    """Return the names that --topic accepts for the paper."""
    return {score.topic for score in paper.topics} | ({INTEREST} if paper.interest else set())


def log_odds(score: TopicScore) -> float:
    """Return the sum of the contributions: the log-odds of the score."""
    return round(sum(contribution for _, contribution in score.evidence), 4)


def spans(text: str, scores: Iterable[TopicScore]) -> list[TermSpan]:
    """Find the evidence's terms in any inflection, in text order and without nesting."""
    tokens = [
        (match.start(), match.end(), fold(match[0].lower())) for match in _TOKEN.finditer(text)
    ]
    wanted: dict[tuple[str, ...], float] = {}
    for score in scores:
        for term, contribution in score.evidence:
            key = tuple(map(fold, words(term))) if is_term(term) else ()
            if key and abs(contribution) > abs(wanted.get(key, 0.0)):
                wanted[key] = contribution
    found: list[TermSpan] = []
    at = 0
    while at < len(tokens):
        # A pair says more than its first word.
        for length in (2, 1):
            key = tuple(token for _, _, token in tokens[at : at + length])
            if len(key) == length and key in wanted:
                found.append(TermSpan(tokens[at][0], tokens[at + length - 1][1], wanted[key]))
                at += length - 1
                break
        at += 1
    return found


def why_json(papers: Sequence[CachedPaper], topic: str | None) -> Iterator[str]:
    """Yield a JSON array of each paper's scores, log-odds and evidence."""
    found = [
        {
            "schema": 1,
            "id": paper.paper.id,
            "title": paper.paper.title,
            "from_title_only": not paper.paper.abstract,
            "topics": {
                score.topic: {
                    "score": score.score,
                    "tagged": score.tagged,
                    "log_odds": log_odds(score),
                    "evidence": score.evidence,
                }
                for score in shown_scores(paper, topic)
            },
            "interest": interest
            and {
                "score": interest.score,
                "log_odds": log_odds(interest),
                "evidence": interest.evidence,
                "decisions": paper.interest.decisions if paper.interest else 0,
            },
        }
        for paper in papers
        for interest in [shown_interest(paper, topic)]
    ]
    yield json.dumps(found, indent=2) + "\n"


def why_lines(score: TopicScore) -> Iterator[tuple[str, float]]:
    """Yield (name, contribution) of the evidence, strongest first, then the sum."""
    yield from sorted(score.evidence, key=lambda pair: (not is_term(pair[0]), -abs(pair[1])))
    yield "sum: the log-odds", log_odds(score)
