"""Decide what a sighting changes in a paper that is already in the cache."""

from __future__ import annotations

from dataclasses import fields, replace

from papertriage.models import Paper

_NAMES = tuple(field.name for field in fields(Paper))


def merged(old: Paper, new: Paper) -> Paper:
    """Return the paper that the cache should hold; equal to old when nothing is to be written.

    The newer version wins field by field, but never wipes what it does not say; an older or equal
    version only fills gaps, except that the same version may correct its own text.
    """
    first, second = (new, old) if _rank(new) >= _rank(old) else (old, new)
    gaps = {
        name: getattr(second, name)
        for name in _NAMES
        if getattr(first, name) in (None, ()) and getattr(second, name) not in (None, ())
    }
    whole = replace(first, id=old.id, **gaps)
    return old if whole == old else whole


def text_changed(old: Paper, new: Paper) -> bool:
    """Say whether the paper reads differently, so that its scores are out of date."""
    return old.title != new.title or old.abstract != new.abstract


def _rank(paper: Paper) -> tuple[int, str]:
    return paper.version or 0, paper.updated or ""
