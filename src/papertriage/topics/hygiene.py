"""Find labels that contradict each other, and labels that cross-validation doubts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from papertriage.topics.calibration import day_weights, fit_platt
from papertriage.topics.features import Vocabulary, learn_vocabulary, tfidf
from papertriage.topics.material import MIN_LABELS, TopicRecipe, find_targets, gather
from papertriage.topics.training import cross_validate
from papertriage.topics.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from papertriage.topics.definitions import Topic
    from papertriage.topics.labelled import LabelledPaper, Text
    from papertriage.topics.material import Material

NEAR = 0.9
"""The cosine above which two papers count as the same: a preprint and its camera-ready version."""
_DEFAULT = TopicRecipe()
_EVEN = 0.5
_ROWS = 500
_TERMS = 100_000
_SAMPLE = 5_000


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two papers with the same text, one labelled yes and one no."""

    similarity: float
    yes: LabelledPaper
    no: LabelledPaper


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label with the probability of yes from a model that had not seen it."""

    paper: LabelledPaper
    label: bool
    probability: float


@dataclass(frozen=True, slots=True)
class Checked:
    """Problems with a topic's labels; `doubts` is None if there are too few to tell."""

    topic: str
    labelled: int
    contradictions: tuple[Contradiction, ...]
    doubts: tuple[Doubt, ...] | None


def check_labels(
    topics: Mapping[str, Topic],
    labelled: Sequence[LabelledPaper],
    background: Sequence[Text],
    recipe: TopicRecipe = _DEFAULT,
) -> list[Checked]:
    """Check the labels of every topic; `background` are unlabelled texts, as in training."""
    enough = {name: topic for name, topic in topics.items() if _enough(name, labelled)}
    material = gather(enough, labelled, background, recipe) if enough else None
    vocabulary = shared_vocabulary(labelled, background)
    return [
        Checked(
            name,
            sum(name in paper.labels for paper in labelled),
            tuple(find_contradictions(name, labelled, vocabulary)),
            tuple(find_doubts(name, material, recipe)) if material and name in enough else None,
        )
        for name in topics
    ]


def shared_vocabulary(labelled: Sequence[LabelledPaper], background: Sequence[Text]) -> Vocabulary:
    """Use every term of the labelled papers, and some of the others to learn which are common."""
    texts = [paper.text for paper in labelled]
    step = max(1, len(background) // _SAMPLE)
    return learn_vocabulary([*texts, *background[::step]], 1, _TERMS)


def find_contradictions(
    name: str,
    labelled: Sequence[LabelledPaper],
    vocabulary: Vocabulary,
    near: float = NEAR,
) -> list[Contradiction]:
    """Pair papers of opposite labels with the same title or a cosine of at least `near`.

    The most similar come first.
    """
    yes = [paper for paper in labelled if paper.labels.get(name) is True]
    no = [paper for paper in labelled if paper.labels.get(name) is False]
    similar = _similar(yes, no, vocabulary, near) | _same_title(yes, no)
    found = [Contradiction(near_by, yes[at], no[to]) for (at, to), near_by in similar.items()]
    return sorted(found, key=lambda one: (-one.similarity, one.yes.id, one.no.id))


def find_doubts(name: str, material: Material, recipe: TopicRecipe = _DEFAULT) -> list[Doubt]:
    """List labels less probable than their opposite, the most surprising first."""
    targets = find_targets(name, material, recipe)
    scored = cross_validate(name, targets, material, recipe)
    values, yes = scored.values[targets.measured], targets.yes[targets.measured]
    platt = fit_platt(values, yes, day_weights(values, scored.values))
    papers = [paper for paper in material.labelled if name in paper.labels]
    doubts = [
        Doubt(paper, paper.labels[name], round(float(probability), 4))
        for paper, probability in zip(papers, platt(values), strict=True)
    ]
    surprising = [one for one in doubts if _agreement(one) < _EVEN]
    return sorted(surprising, key=lambda one: (_agreement(one), one.paper.id))


def _agreement(doubt: Doubt) -> float:
    return doubt.probability if doubt.label else 1.0 - doubt.probability


def _enough(name: str, labelled: Sequence[LabelledPaper]) -> bool:
    answers = [paper.labels[name] for paper in labelled if name in paper.labels]
    return MIN_LABELS <= sum(answers) <= len(answers) - MIN_LABELS


def _similar(
    yes: Sequence[LabelledPaper],
    no: Sequence[LabelledPaper],
    vocabulary: Vocabulary,
    near: float,
) -> dict[tuple[int, int], float]:
    if not yes or not no:
        return {}
    features = tfidf([paper.text for paper in (*yes, *no)], vocabulary)
    found: dict[tuple[int, int], float] = {}
    # A product of some rows at a time: for 10,000 papers, all rows could take gigabytes.
    for start in range(0, len(yes), _ROWS):
        rows = features[start : min(start + _ROWS, len(yes))]
        cosines = (rows @ features[len(yes) :].T).tocoo()
        for row, column, cosine in zip(cosines.row, cosines.col, cosines.data, strict=True):
            if cosine >= near:
                found[start + int(row), int(column)] = round(min(float(cosine), 1.0), 4)
    return found


def _same_title(
    yes: Sequence[LabelledPaper], no: Sequence[LabelledPaper]
) -> dict[tuple[int, int], float]:
    places: dict[str, list[int]] = {}
    for place, title in _titles(no):
        places.setdefault(title, []).append(place)
    return {(at, to): 1.0 for at, title in _titles(yes) for to in places.get(title, ())}


def _titles(papers: Sequence[LabelledPaper]) -> Iterator[tuple[int, str]]:
    for place, paper in enumerate(papers):
        title = " ".join(words(paper.text.title))
        if title:
            yield place, title
