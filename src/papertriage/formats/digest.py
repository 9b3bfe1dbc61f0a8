"""Write a digest: choose its format, and say what every format of it says."""

from __future__ import annotations

import re
from importlib import import_module

from papertriage.errors import InputError
from papertriage.formats import cells
from papertriage.models import CachedPaper, Digest, Receipt
from papertriage.text import counted, visible
from papertriage.topics.terms import words

DIGEST_FORMATS: tuple[str, ...] = ("markdown", "html", "json", "text")
QUOTE = 300
"""Characters of the abstract that a digest quotes at most."""
# A full stop ends no sentence after these, after an initial, or before a small letter.
_ENDS = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bcf\.)(?<!\bvs\.)(?<!\bal\.)(?<!\b[Ff]ig\.)(?<!\b[Ee]q\.)"
    r"(?<!\b[A-Z]\.)(?<=[.!?]) (?=[^a-z\s])"
)
_LONGEST_ABSTRACT = 20_000


def digest_text(name: str, digest: Digest) -> str:
    """Return the digest in a format; the same digest gives the same text, for no clock is read.

    Raises InputError for an unknown name.
    """
    if name not in DIGEST_FORMATS:
        msg = f"no digest format is called {name}: take one of {', '.join(DIGEST_FORMATS)}"
        raise InputError(msg)
    module = import_module(f"papertriage.formats.digest_{name}")
    text: str = module.digest_text(digest)
    return text


def heading(digest: Digest) -> str:
    """Return the digest's title."""
    return f"Papers to read, {visible(digest.day)}"


def opening(digest: Digest) -> str:
    """Return the sentence that says how many papers were picked."""
    if not digest.picks:
        return f"No paper was picked on {visible(digest.day)}."
    topics = {paper.pick.topic if paper.pick else "" for paper in digest.picks}
    return f"{counted(len(digest.picks), 'paper')} picked, {counted(len(topics), 'topic')}."


def waiting(digest: Digest) -> str:
    """Return the sentence about the tagged papers that were not picked."""
    if digest.waiting == 0:
        return "No other tagged paper is waiting."
    verb = "is" if digest.waiting == 1 else "are"
    return f"{counted(digest.waiting, 'more tagged paper')} {verb} waiting."


def feed(receipt: Receipt) -> str:
    """Return the receipt's source and feed."""
    return visible(" ".join(dict.fromkeys((receipt.source, receipt.feed))), 200)


def verdict(receipt: Receipt) -> str:
    """Return what came of a feed: "complete, 12 new, 3 updated, 1 skipped (no title)"."""
    facts = [receipt.verdict, f"{receipt.new:,} new", f"{receipt.updated:,} updated"]
    if receipt.skipped:
        first = visible(receipt.skipped[0], 100)
        facts.append(f"{len(receipt.skipped):,} skipped ({first})")
    message = f": {receipt.message}" if receipt.message else ""
    return visible(", ".join(facts) + message, 400)


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
    """Return the sentence of the abstract that holds most of the evidence, cut at QUOTE."""
    abstract = visible(paper.paper.abstract or "", _LONGEST_ABSTRACT).strip()
    if not abstract:
        return ""
    score = cells.best(paper)
    scored = cells.speaking_terms(score) if score else {}
    speaking = {term.replace("_", " "): weight for term, weight in scored.items()}

    def evidence(sentence: str) -> float:
        text = f" {' '.join(words(sentence))} "
        return sum(weight for term, weight in speaking.items() if f" {term} " in text)

    # max returns the first of equals: without evidence the abstract's first sentence is quoted.
    sentence = max(_ENDS.split(abstract), key=evidence)
    if len(sentence) <= QUOTE:
        return sentence
    cut = sentence[: QUOTE - 2]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut} …"
