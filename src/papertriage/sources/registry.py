"""Find a source by its name."""

from __future__ import annotations

from collections.abc import Iterable

from papertriage import config
from papertriage.errors import InputError
from papertriage.sources.contract import Source

_NAMES = ("arxiv", "arxiv-daily", "arxiv-oai", "hugging-face", "feeds")


def source_names() -> tuple[str, ...]:
    """Return the names of the built-in sources."""
    return _NAMES


def enabled_names() -> tuple[str, ...]:
    """Return the names of the sources that `fetch` uses by default (sources.enabled)."""
    return tuple(dict.fromkeys(config.names("sources.enabled")))


def sources(names: Iterable[str], categories: tuple[str, ...] | None = None) -> list[Source]:
    """Return the configured sources, see source(); they share the check for being offline."""
    from papertriage.sources import _network

    with _network.shared():
        return [source(name, categories) for name in names]


def shown_address(url: str) -> str:
    """Return a configured address for display, with "…" for parts that may be secret."""
    from papertriage.sources._addresses import hides_parts, shown

    return f"{shown(url)}…" if hides_parts(url) else shown(url)


def source(name: str, categories: tuple[str, ...] | None = None) -> Source:
    """Return the configured source; categories, if given, replace those of an arXiv source.

    A name that is not built in is looked up in the entry points "papertriage.sources" of installed
    distributions. Raises InputError for an unknown name or category.
    """
    # Sources are imported on demand: httpx and feedparser are slow to import.
    if name == "arxiv":
        from papertriage.sources import arxiv

        return arxiv.configured(categories)
    if name == "arxiv-daily":
        from papertriage.sources import arxiv_daily

        return arxiv_daily.configured(categories)
    if name == "arxiv-oai":
        from papertriage.sources import arxiv_oai

        return arxiv_oai.configured(categories)
    if name == "hugging-face":
        from papertriage.sources import hugging_face

        return hugging_face.configured()
    if name == "feeds":
        from papertriage.sources import feeds

        return feeds.configured()
    return _other(name)


def _other(name: str) -> Source:
    from papertriage.sources._third_party import third_party
    from papertriage.text import visible

    found = third_party(name)
    if found is None:
        msg = f"unknown source {visible(name, 80)}: choose from {', '.join(_NAMES)}"
        raise InputError(msg)
    return found
