"""Weak labels: topic phrases counted in a text, without those that mislead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papertriage.topics.terms import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from papertriage.topics.definitions import Topic
    from papertriage.topics.labelled import Text

WEAK_YES = 2
"""A paper that holds this many phrases is a weak yes; one that holds fewer, but any, is unclear."""


class PhraseCounter:
    """Counts a topic's phrases in texts; a phrase in the title counts twice."""

    def __init__(self, topic: Topic) -> None:
        """Compile the phrases, longest first, so that nested phrases count once."""
        misleading = _spellings(topic.misleading)
        phrases = _spellings(topic.phrases)
        self._misleading = frozenset(misleading)
        self._pattern = _pattern(phrases + misleading)
        self._triggers = tuple({"_".join(phrase.split()[:2]) for phrase in phrases})

    def count(self, text: Text, found: Collection[str] | None = None) -> int:
        """Count the phrases; `found` are the text's terms if known, to pass most texts quickly."""
        if found is not None and not any(trigger in found for trigger in self._triggers):
            return 0
        title, abstract = " ".join(words(text.title)), " ".join(words(text.abstract or ""))
        return 2 * self._in(title) + self._in(abstract)

    def _in(self, spelling: str) -> int:
        return sum(one not in self._misleading for one in self._pattern.findall(spelling))


def _spellings(phrases: Iterable[str]) -> list[str]:
    return [spelling for phrase in phrases if (spelling := " ".join(words(phrase)))]


def _pattern(spellings: list[str]) -> re.Pattern[str]:
    longest_first = sorted(set(spellings), key=lambda one: (-len(one), one))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
