"""Weak labels: topic phrases counted in a text, without those that mislead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papertriage.topics.terms import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from papertriage.topics.definitions import Topic
    from papertriage.topics.labelled import Text

WEAK_YES = 2
"""A paper that holds this many phrases is a weak yes; one that holds fewer, but any, is unclear."""
_STOP = "-"


class PhraseCounter:
    """Counts a topic's phrases, in any inflection; a phrase in the title counts twice."""

    def __init__(self, topic: Topic) -> None:
        """Compile the phrases, longest first, so that nested phrases count once."""
        misleading = _spellings(topic.misleading)
        phrases = _spellings(topic.phrases)
        self._misleading = frozenset(misleading)
        self._pattern = _pattern(phrases | misleading)
        self._triggers = frozenset(map(_trigger, phrases))

    def count(self, text: Text, found: AbstractSet[str] | None = None) -> int:
        """Count the phrases; `found` are the text's terms if known, to pass most texts quickly."""
        if found is not None and self._triggers.isdisjoint(found):
            return 0
        return 2 * self._in(text.title) + self._in(text.abstract or "")

    def _in(self, text: str) -> int:
        return sum(one not in self._misleading for one in self._pattern.findall(_spelling(text)))


def _spelling(text: str) -> str:
    return " ".join(fold(word) or _STOP for word in words(text))


def _spellings(phrases: Iterable[str]) -> set[str]:
    """Fold phrases: a stop word at either end does not count, one inside stands for any."""
    return {_spelling(phrase).strip(f"{_STOP} ") for phrase in phrases}


def _pattern(spellings: set[str]) -> re.Pattern[str]:
    longest_first = sorted(spellings, key=lambda one: (-len(one), one))
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)")


def _trigger(spelling: str) -> str:
    """Choose the term that a text with this phrase must hold: its first pair or word."""
    first, _, rest = spelling.partition(" ")
    second = rest.partition(" ")[0]
    return f"{first}_{second}" if second and second != _STOP else first
