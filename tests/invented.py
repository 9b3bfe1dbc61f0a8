"""Invent papers on bird song and on farming, always the same, for tests of topics."""

from __future__ import annotations

import random

from papertriage.topics.definitions import Topic
from papertriage.topics.labelled import LabelledPaper, Text

BIRDSONG = Topic(
    "birdsong",
    "How birds sing.",
    ("bird song", "songbird"),
    misleading=("bird song app",),
    examples=("Songbirds learn syllables from a tutor",),
)
_SINGING = (
    *("bird song of the valley", "songbirds at dawn", "a repertoire of syllables"),
    *("tutor song and its copies", "the warbler sings", "spectrograms of trills"),
)
_FARMING = (
    *("tractor engines and diesel", "soil moisture in spring", "a harvest of barley"),
    *("weeds between crop rows", "the price of seed", "irrigation by gravity"),
)
_EITHER = (
    *("a small field study", "our method needs few samples", "results from three seasons"),
    *("the cost of sensors", "a simple statistical test", "open questions remain"),
)
GROUPS = tuple(f"{place}{year}" for place in ("north", "south") for year in range(2021, 2026))


def invented_text(chance: random.Random, *, singing: bool) -> Text:
    """Invent a title and an abstract; one sentence in ten is of the other subject."""
    ours, theirs = (_SINGING, _FARMING) if singing else (_FARMING, _SINGING)
    sentences = [
        chance.choice(theirs if chance.random() < 0.1 else pool)
        for pool in (ours, _EITHER, ours, _EITHER, ours)
    ]
    title = f"{chance.choice(ours)}: {chance.choice(_EITHER)} {chance.randrange(10_000)}"
    return Text(title, f"We study {'. We see '.join(sentences)}.")


def invented_texts(count: int, seed: int = 1) -> list[Text]:
    """Invent texts of which one in five is on bird song."""
    chance = random.Random(seed)  # noqa: S311 - invented texts, no secrets
    return [invented_text(chance, singing=number % 5 == 0) for number in range(count)]


def invented_labels(count: int, seed: int = 2) -> list[LabelledPaper]:
    """Invent labelled papers of ten venues and years; one in three is on bird song."""
    chance = random.Random(seed)  # noqa: S311 - invented texts, no secrets
    papers = []
    for number in range(count):
        singing = number % 3 == 0
        text = invented_text(chance, singing=singing)
        group = GROUPS[number % len(GROUPS)]
        papers.append(LabelledPaper(f"{group}:{number}", text, {"birdsong": singing}, group=group))
    return papers
