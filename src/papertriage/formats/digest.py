"""Render a digest in a chosen format, and define what all formats contain."""

from __future__ import annotations

import re
from importlib import import_module

from papertriage.errors import InputError
from papertriage.formats import cells
from papertriage.formats.receipt import whole
from papertriage.models import CachedPaper
from papertriage.models.digest import Coverage, Digest, TopicNews
from papertriage.text import counted, visible
from papertriage.topics.words import words

DIGEST_FORMATS: tuple[str, ...] = ("markdown", "html", "text", "atom", "json")
QUOTE = 300
"""Most characters of the abstract that a digest quotes."""
# A full stop ends no sentence after these, after an initial, or before a lower-case letter.
_ENDS = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bcf\.)(?<!\bvs\.)(?<!\bal\.)(?<!\b[Ff]ig\.)(?<!\b[Ee]q\.)"
    r"(?<!\b[A-Z]\.)(?<=[.!?]) (?=[^a-z\s])"
)
_LONGEST_ABSTRACT = 20_000
_DAYS_NAMED = 3


def digest_text(name: str, digest: Digest) -> str:
    """Render the digest in a format; the same digest always gives the same text.

    Raises InputError for an unknown format.
    """
    if name not in DIGEST_FORMATS:
        msg = f"unknown digest format {name}: choose from {', '.join(DIGEST_FORMATS)}"
        raise InputError(msg)
    module = import_module(f"papertriage.formats.digest_{name}")
    text: str = module.digest_text(digest)
    return text


def heading(digest: Digest) -> str:
    """Return the digest's title."""
    what = "Trending papers" if "--trending" in digest.asked else "Papers to read"
    return f"{what}, {days(digest)}"


def days(digest: Digest) -> str:
    """Return "2026-11-23" or "2026-11-17 to 2026-11-23"."""
    first, last = visible(digest.first or digest.day), visible(digest.day)
    return last if first == last else f"{first} to {last}"


def opening(digest: Digest) -> str:
    """Return the sentence that says how many papers were picked."""
    if not digest.picks:
        on = "from" if digest.first not in {"", digest.day} else "on"
        return f"No paper was picked {on} {days(digest)}."
    topics = {paper.pick.topic if paper.pick else "" for paper in digest.picks}
    by = f" Ranked by {counted(digest.decisions, 'decision')} of yours." if digest.decisions else ""
    return f"{counted(len(digest.picks), 'paper')} picked, {counted(len(topics), 'topic')}.{by}"


def what_else(digest: Digest) -> str:
    """Return the sentence about papers received and not picked."""
    verb = "is" if digest.waiting == 1 else "are"
    if digest.waiting:
        rest = f"{counted(digest.waiting, 'more tagged paper')} {verb} waiting."
    else:
        rest = "no other tagged paper is waiting."
    return f"{counted(digest.new, 'paper')} came in; {rest}"


def what_else_of(topic: TopicNews) -> str:
    """Return "ood: 12 new, 9 more waiting"."""
    name = visible(topic.topic, 100).strip() or "no topic"
    more = f", {topic.more:,} more waiting" if topic.more else ""
    return f"{name}: {topic.new:,} new{more}"


def feed(coverage: Coverage) -> str:
    """Return the source and its feed; most feeds already begin with the source."""
    if f"{coverage.feed}:".startswith(f"{coverage.source}:"):
        return visible(coverage.feed, 200)
    return visible(f"{coverage.source} {coverage.feed}", 200)


def verdict(coverage: Coverage) -> str:
    """Summarise a feed's fetches: "complete, 12 new, 3 updated, 1 skipped (no title)".

    Names the days that failed, those fetched again since, and those never fetched.
    """
    facts = [coverage.verdict]
    if coverage.failed:
        facts[0] += f" on {_some(coverage.failed)}"
    facts[0] += f" ({visible(coverage.message, 200)})" if coverage.message else ""
    facts += [f"{coverage.new:,} new", f"{coverage.updated:,} updated"]
    if coverage.skipped:
        why = f" ({visible(coverage.why_skipped, 100)})" if coverage.why_skipped else ""
        facts.append(f"{coverage.skipped:,} skipped{why}")
    more = ""
    if coverage.mended:
        more += f"; failed on {_some(coverage.mended)} but was fetched again"
    if coverage.unasked:
        more += f"; not fetched on {_some(coverage.unasked)}"
    if coverage.whole_from and coverage.whole_to:
        more += f"; {whole(coverage.whole_from, coverage.whole_to)}"
    return visible(", ".join(facts) + more, 600)


def _some(days_of_it: tuple[str, ...]) -> str:
    if len(days_of_it) <= _DAYS_NAMED:
        return ", ".join(days_of_it)
    return f"{counted(len(days_of_it), 'day')} from {days_of_it[0]} to {days_of_it[-1]}"


def marker(digest: Digest) -> str:
    """Return the line that names the digest a file was written from, or ""."""
    return f"papertriage digest {visible(digest.id)}" if digest.id else ""


def numbered(digest: Digest) -> dict[str, list[tuple[int, CachedPaper]]]:
    """Group the picks by topic, each with its rank."""
    groups = cells.by_topic(list(digest.picks))
    return {
        visible(topic, 100).strip() or "no topic": [
            (paper.pick.rank if paper.pick else place, paper) for place, paper in picks
        ]
        for topic, picks in groups.items()
    }


def quote(paper: CachedPaper) -> str:
    """Return the sentence of the abstract with the most evidence, cut at QUOTE characters."""
    abstract = visible(paper.paper.abstract or "", _LONGEST_ABSTRACT).strip()
    if not abstract:
        return ""
    score = cells.best(paper)
    scored = cells.speaking_terms(score) if score else {}
    speaking = {term.replace("_", " "): weight for term, weight in scored.items()}

    def evidence(sentence: str) -> float:
        text = f" {' '.join(words(sentence))} "
        return sum(weight for term, weight in speaking.items() if f" {term} " in text)

    # max returns the first of equals: without evidence, the abstract's first sentence.
    sentence = max(_ENDS.split(abstract), key=evidence)
    if len(sentence) <= QUOTE:
        return sentence
    cut = sentence[: QUOTE - 2]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut} …"
