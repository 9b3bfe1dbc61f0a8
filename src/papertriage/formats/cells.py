"""Format a paper's date, authors, scores and reasons briefly for listings."""

from __future__ import annotations

from papertriage.models import CachedPaper, TopicScore
from papertriage.text import visible

TITLE = 300
"""Most characters of a title in a listing: a row stays on one screen whatever a feed sends."""
_NAME = 60
_REASON = 80
_REASONS = 5


def title(paper: CachedPaper, limit: int = TITLE) -> str:
    """Return the title as one safe line, never empty."""
    return title_of(paper.paper.title, limit)


def title_of(text: str, limit: int = TITLE) -> str:
    """Return a title as one safe line, never empty."""
    return visible(text, limit).strip() or "(no title)"


def day(paper: CachedPaper) -> str:
    """Return the ISO date of the paper: published, else announced, else added."""
    published = paper.paper.published or paper.paper.announced or paper.came
    return visible(published[:10])


def short_authors(authors: tuple[str, ...], shown: int = 2) -> str:
    """Return "Ada Example, Bob Sample +3"."""
    authors = tuple(name for name in authors if name and not name.isspace())
    # A third name takes little more room than "+1".
    shown = shown + 1 if len(authors) == shown + 1 else shown
    names = ", ".join(visible(name, _NAME).strip() for name in authors[:shown])
    return f"{names} +{len(authors) - shown:,}" if len(authors) > shown else names


def best(paper: CachedPaper) -> TopicScore | None:
    """Return the score shown in a listing: of the pick's topic, else the highest tagged one."""
    if paper.pick:
        for score in paper.topics:
            if score.topic == paper.pick.topic:
                return score
    return max(paper.topics, key=lambda score: (score.tagged, score.score), default=None)


def score(paper: CachedPaper) -> str:
    """Return the score of the pick's topic or the best one as "0.97", or "" without scores."""
    found = paper.pick or best(paper)
    return two_digits(found.score) if found else ""


def two_digits(score: float) -> str:
    """Return "0.97"; nothing is certain, so 1.00 is shown as 0.99."""
    return f"{min(score, 0.99):.2f}"


def tags(paper: CachedPaper, but: str | None = None) -> str:
    """Return the tagged topics, best first, as "alignment 0.97, ood 0.55"."""
    tagged = [score for score in paper.topics if score.tagged and score.topic != but]
    tagged.sort(key=lambda score: -score.score)
    return ", ".join(f"{visible(score.topic, _NAME)} {two_digits(score.score)}" for score in tagged)


def speaking_terms(score: TopicScore) -> dict[str, float]:
    """Return the terms in favour of the topic with their contributions, strongest first.

    Evidence in brackets, such as "(base rate)", is not a term: terms are words.
    """
    speaking = [pair for pair in score.evidence if pair[1] > 0 and not pair[0].startswith("(")]
    speaking.sort(key=lambda pair: -pair[1])
    return dict(speaking)


def why(paper: CachedPaper) -> str:
    """Return the pick's reasons, else the strongest terms of the best topic."""
    reasons = paper.pick.reasons if paper.pick else ()
    found = best(paper)
    if not reasons and found:
        reasons = tuple(speaking_terms(found))[:3]
    shown = (visible(reason, _REASON).strip() for reason in reasons[:_REASONS])
    return ", ".join(filter(None, shown))


def by_topic(papers: list[CachedPaper]) -> dict[str, list[tuple[int, CachedPaper]]]:
    """Group papers by the topic they were picked for, in order of first appearance.

    The number is the pick's rank: it stays when an earlier pick is decided and leaves the list.
    """
    groups: dict[str, list[tuple[int, CachedPaper]]] = {}
    for place, paper in enumerate(papers, 1):
        name, number = (paper.pick.topic, paper.pick.rank) if paper.pick else ("", place)
        groups.setdefault(name, []).append((number, paper))
    return groups
