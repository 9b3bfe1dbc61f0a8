"""Rank sources: which one counts if two describe a paper differently."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from papertriage.models import Sighting

THIRD_PARTY, LINK, FEED, FILE, HUGGING_FACE, PUBLISHER, ARXIV_DAILY, ARXIV = range(1, 9)
"""From lowest to highest; papers are stored with these digits, so that none may ever change."""


class Rank(NamedTuple):
    """Sources and forms of file of equal authority."""

    authority: int
    who: str
    sources: tuple[str, ...] = ()


RANKS = (
    # The snapshot repeats the OAI-PMH service, with versions and dates: ranked as a mere file, a
    # newer snapshot could never update the text of a paper.
    Rank(
        ARXIV,
        "arXiv's API and OAI-PMH service, and the snapshot made from it",
        ("arxiv", "arxiv-oai", "arxiv-snapshot"),
    ),
    Rank(ARXIV_DAILY, "arXiv's daily feeds and mails", ("arxiv-daily", "arxiv-mail")),
    Rank(PUBLISHER, "a publisher's own feed, about the paper whose DOI it gives"),
    Rank(HUGGING_FACE, "Hugging Face", ("hugging-face", "trending-page")),
    Rank(FILE, "files", ("jsonl", "csv", "bibtex", "ris")),
    Rank(FEED, "an entry of a feed that names no paper but itself", ("feeds",)),
    Rank(LINK, "an entry of a feed that links to a paper"),
    Rank(THIRD_PARTY, "third-party sources"),
)
"""Every source and form of file, the highest first; any other is a third party's."""

_BY_SOURCE = MappingProxyType({name: rank.authority for rank in RANKS for name in rank.sources})


def authority_of(sighting: Sighting) -> int:
    """Return the authority of a sighting: its own, or else its source's."""
    own = sighting.authority
    return _BY_SOURCE.get(sighting.source, THIRD_PARTY) if own is None else own


def authority_of_source(source: str) -> int:
    """Return the authority of a source or form of file, by its name."""
    return _BY_SOURCE.get(source, THIRD_PARTY)
