"""Count topic phrases in a text, ignoring misleading ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papertriage.topics.words import fold, singular, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from papertriage.topics.definitions import Topic
    from papertriage.topics.labelled import Text

WEAK_YES = 2
"""A paper with this many phrases is a weak yes; one with fewer, but any, is unclear."""


class PhraseCounter:
    """Counts a topic's phrases, singular or plural; a phrase in the title counts twice.

    Unlike features, it keeps scheming and schemes apart.
    """

    def __init__(self, topic: Topic) -> None:
        """Compile the phrases, longest first, so that nested phrases count once."""
        misleading = _spellings(topic.misleading)
        phrases = _spellings(topic.phrases)
        self._misleading = frozenset(misleading)
        self._pattern = _pattern(phrases | misleading)
        self._triggers = frozenset(map(_trigger, topic.phrases))

    def count(self, text: Text, found: AbstractSet[str] | None = None) -> int:
        """Count the phrases; `found` are the text's terms, if known, to skip most texts quickly."""
        if found is not None and self._triggers.isdisjoint(found):
            return 0
        return 2 * self._in(text.title) + self._in(text.abstract or "")

    def _in(self, text: str) -> int:
        return sum(one not in self._misleading for one in self._pattern.findall(_spelling(text)))


def _spelling(text: str) -> str:
    return " ".join(map(singular, words(text)))


def _spellings(phrases: Iterable[str]) -> set[str]:
    return set(map(_spelling, phrases))


def _pattern(spellings: set[str]) -> re.Pattern[str]:
    longest_first = sorted(spellings, key=lambda one: (-len(one), one))
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)")


def _trigger(phrase: str) -> str:
    """Return a term that every text with this phrase contains: its first pair or word.

    A definition's phrases hold at least one word that is a term.
    """
    folded = list(map(fold, words(phrase)))
    first = next(place for place, word in enumerate(folded) if word)
    return "_".join(folded[first : first + 2]).strip("_")
