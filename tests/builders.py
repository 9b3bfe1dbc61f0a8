"""Make papers for tests: every field has a sensible default, every field can be named."""

from __future__ import annotations

from typing import Any

from papertriage.models import CachedPaper, Paper, Pick, TopicScore
from papertriage.models.digest import Coverage, Digest, TopicNews, Unpicked
from papertriage.models.fetched import Receipt

ABSTRACT = (
    "Preference data are noisy. We train a reward model on pairwise human feedback and show that "
    "a calibrated preference objective needs half of the labels. Code is available."
)
EVIDENCE = (("human feedback", 2.1), ("reward model", 1.4), ("preference", 0.6), ("code", -0.2))


def make_paper(**fields: Any) -> Paper:
    """Return a paper with everything filled in; named fields replace the defaults."""
    number = fields.pop("number", 2252)
    name = f"2510.{number:05d}"
    return Paper(
        **{
            "id": f"arxiv:{name}",
            "title": "Learning from Noisy Preferences",
            "abstract": ABSTRACT,
            "authors": ("Ada Example", "Bob Sample"),
            "published": "2025-10-02T17:59:08Z",
            "updated": "2025-10-03T08:00:00Z",
            "announced": "2025-10-03",
            "version": 2,
            "categories": ("cs.LG", "stat.ML"),
            "primary_category": "cs.LG",
            "url": f"https://arxiv.org/abs/{name}",
            "pdf_url": f"https://arxiv.org/pdf/{name}",
            "doi": "10.1000/example.1",
            "comment": "12 pages",
            **fields,
        }
    )


def make_score(topic: str = "alignment", score: float = 0.97, **fields: Any) -> TopicScore:
    """Return a score of a topic, tagged when it is at least 0.5."""
    return TopicScore(topic, score, **{"tagged": score >= 0.5, "evidence": EVIDENCE, **fields})


def make_pick(rank: int = 1, score: float = 0.97, **fields: Any) -> Pick:
    """Return a pick of the topic alignment."""
    reasons = ("human feedback", "reward model")
    return Pick(rank, score, **{"topic": "alignment", "reasons": reasons, **fields})


_CACHED_FIELDS = {*CachedPaper._fields} - {"paper"}


def make_cached(paper: Paper | None = None, **fields: Any) -> CachedPaper:
    """Return a cached paper; fields that CachedPaper does not know go to make_paper."""
    cached = {name: fields.pop(name) for name in tuple(fields) if name in _CACHED_FIELDS}
    return CachedPaper(
        paper or make_paper(**fields),
        **{
            "came": "2025-10-03T09:00:00Z",
            "sources": ("arxiv",),
            "topics": (make_score(), make_score("ood", 0.12)),
            **cached,
        },
    )


def make_picked(rank: int = 1, **fields: Any) -> CachedPaper:
    """Return a cached paper that was picked; its arXiv number follows its rank."""
    return make_cached(**{"pick": make_pick(rank), "number": rank, **fields})


def make_receipt(**fields: Any) -> Receipt:
    """Return a receipt of a complete fetch."""
    return Receipt(
        **{
            "at": "2025-10-03T09:00:00Z",
            "source": "arxiv",
            "feed": "cs.LG",
            "verdict": "complete",
            "new": 12,
            "updated": 3,
            "unchanged": 40,
            **fields,
        }
    )


def make_coverage(**fields: Any) -> Coverage:
    """Return the coverage of a feed that was complete."""
    given = {"source": "arxiv", "feed": "cs.LG", "verdict": "complete", "new": 12, "updated": 3}
    return Coverage(**{**given, **fields})


def make_unpicked(**fields: Any) -> Unpicked:
    """Return a tagged paper that was not picked."""
    url = "https://arxiv.org/abs/2510.00009"
    given = {"id": "arxiv:2510.00009", "title": "Rewards Left Over", "url": url, "score": 0.81}
    return Unpicked(**{**given, **fields})


def make_news(**fields: Any) -> TopicNews:
    """Return what came of the topic alignment within three days."""
    given = {"topic": "alignment", "new": 6, "more": 5, "counts": (0, 2, 4)}
    return TopicNews(**{**given, "best": (make_unpicked(),), **fields})


def make_digest(**fields: Any) -> Digest:
    """Return a digest of one pick, one feed, and one topic with news."""
    return Digest(
        **{
            "day": "2025-10-03",
            "picks": (make_picked(),),
            "waiting": 4,
            "receipts": (make_receipt(),),
            "first": "2025-10-03",
            "new": 40,
            "topics": (make_news(),),
            "charted": ("2025-10-01", "2025-10-02", "2025-10-03"),
            "feeds": (make_coverage(),),
            "id": "0123456789abcdef",
            "made": "2025-10-03T09:00:00Z",
            **fields,
        }
    )
