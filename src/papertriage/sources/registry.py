"""Find a source by its name."""

from __future__ import annotations

from papertriage.errors import InputError
from papertriage.sources.contract import Source

_NAMES = ("arxiv",)


def source_names() -> tuple[str, ...]:
    """Return the names that `fetch` takes."""
    return _NAMES


def source(name: str, categories: tuple[str, ...] | None = None) -> Source:
    """Return the configured source; categories, where given, replace the configured ones.

    Raises InputError for an unknown name or category.
    """
    if name not in _NAMES:
        from papertriage.text import visible

        msg = f"unknown source {visible(name, 80)}: the known ones are {', '.join(_NAMES)}"
        raise InputError(msg)
    # Each source pulls in its own libraries (httpx and feedparser: 150 ms of CPU).
    from papertriage.sources.arxiv import configured

    return configured(categories)
