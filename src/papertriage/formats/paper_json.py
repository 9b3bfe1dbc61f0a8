"""Write a paper as a JSON object, schema 1, on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from json import JSONEncoder

from papertriage.models import CachedPaper, TopicScore

SCHEMA = 1
# str.splitlines() breaks lines at U+0085, U+2028 and U+2029; C1, DEL, bidi and invisible characters
# can control a terminal. As \uXXXX they are the same data. json itself escapes C0.
_CODES = (
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_encoded = JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_encoded_ascii = JSONEncoder().encode


def _escaped(match: re.Match[str]) -> str:
    # A lone surrogate is not a character, and strict parsers reject it even when escaped.
    return "\ufffd" if "\ud800" <= match[0] <= "\udfff" else _encoded_ascii(match[0])[1:-1]


def topics_json(scores: Iterable[TopicScore]) -> dict[str, object]:
    """Return the topics of a paper by name, as in schema 1."""
    return {
        score.topic: {
            "score": score.score,
            "tagged": score.tagged,
            "evidence": [list(term) for term in score.evidence],
        }
        for score in scores
    }


def json_line(value: object) -> str:
    """Return the value as JSON without characters that break lines or control a terminal."""
    line = _encoded(value)
    return line if line.isprintable() else re.sub(_CODES, _escaped, line)


def paper_json(cached: CachedPaper) -> dict[str, object]:
    """Return the paper under all keys of schema 1, with null for unknown values."""
    paper, pick, interest = cached.paper, cached.pick, cached.interest
    return {
        "schema": SCHEMA,
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "published": paper.published,
        "updated": paper.updated,
        "announced": paper.announced,
        "announce_type": cached.announce_type,
        "announcement_inferred": cached.announcement_inferred,
        "version": paper.version,
        "categories": list(paper.categories),
        "primary_category": paper.primary_category,
        "url": paper.url,
        "pdf_url": paper.pdf_url,
        "doi": paper.doi,
        "comment": paper.comment,
        "code_url": paper.code_url,
        "sources": list(cached.sources),
        "upvotes": cached.upvotes,
        "topics": topics_json(cached.topics),
        "decision": cached.decision,
        "labels": dict(cached.labels),
        "pick": pick
        and {
            "rank": pick.rank,
            "score": pick.score,
            "topic": pick.topic,
            "reasons": list(pick.reasons),
        },
        "interest": interest
        and {
            "score": interest.score,
            "evidence": [list(term) for term in interest.evidence],
            "decisions": interest.decisions,
        },
        "came": cached.came,
    }
