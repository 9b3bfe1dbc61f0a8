"""Gather training material: labelled papers and unlabelled texts as one matrix."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from papertriage.errors import InputError
from papertriage.topics.features import Vocabulary, learn_vocabulary, text_terms, tfidf, title_norm
from papertriage.topics.labelled import Text
from papertriage.topics.weak_labels import WEAK_YES, PhraseCounter
from papertriage.topics.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from papertriage.topics.definitions import Topic
    from papertriage.topics.labelled import LabelledPaper

    Array = NDArray[Any]

MIN_LABELS = 5
"""With fewer labels than this of either kind, weak labels replace them for measuring."""
_MANY = 1_000
"""In a cache with fewer papers, too few terms occur in three of them."""
_PHRASES_TOGETHER = 5


@dataclass(frozen=True, slots=True)
class TopicRecipe:
    """Training settings; the defaults were chosen by cross-validation (docs/topics.md)."""

    label_weight: float = 8.0
    unsure_weight: float = 3.0
    example_weight: float = 4.0
    inverse_regularization: float = 30.0
    min_papers: int = 3
    max_terms: int = 30_000
    max_background: int = 20_000
    folds: int = 6


@dataclass(frozen=True, slots=True)
class Material:
    """The data of one training run; rows of `features` and `titles` are papers, then background."""

    labelled: Sequence[LabelledPaper]
    vocabulary: Vocabulary
    features: Any
    titles: Any
    title_norm: float
    folds: Array
    weak_counts: Mapping[str, Array]
    examples: Mapping[str, Any]
    counterexamples: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Targets:
    """One topic's label per row: weight 0 is not trained on, `measured` rows count as truth."""

    yes: Array
    weights: Array
    measured: Array
    by_label: bool


def gather(
    topics: Mapping[str, Topic],
    labelled: Sequence[LabelledPaper],
    background: Sequence[Text],
    recipe: TopicRecipe,
) -> Material:
    """Choose the background, learn the vocabulary, and turn every text into features."""
    import numpy as np

    chosen, weak_counts = _background(topics, labelled, background, recipe)
    texts = [paper.text for paper in labelled] + chosen
    examples = {name: _example_texts(topic) for name, topic in topics.items()}
    counterexamples = {
        name: [Text(phrase, None) for phrase in topic.misleading] for name, topic in topics.items()
    }
    written = [text for name in topics for text in (*examples[name], *counterexamples[name])]
    min_papers = recipe.min_papers if len(texts) >= _MANY else 1
    vocabulary = learn_vocabulary(texts, min_papers, recipe.max_terms, written)
    least_norm = title_norm(texts, vocabulary)
    folds = _assign_folds([paper.group or paper.id for paper in labelled], recipe.folds)
    folds += [row % recipe.folds for row in range(len(chosen))]
    return Material(
        labelled,
        vocabulary,
        tfidf(texts, vocabulary),
        tfidf([Text(text.title, None) for text in texts], vocabulary, least_norm),
        least_norm,
        np.array(folds),
        weak_counts,
        {name: tfidf(examples[name], vocabulary) for name in topics},
        {name: tfidf(counterexamples[name], vocabulary) for name in topics},
    )


def find_targets(name: str, material: Material, recipe: TopicRecipe) -> Targets:
    """Join a topic's labels and weak labels.

    Raises InputError if there are no negatives.
    """
    import numpy as np

    counts = material.weak_counts[name]
    answers = [paper.labels.get(name) for paper in material.labelled]
    labelled = np.array([answer is not None for answer in answers], dtype=bool)
    sure = np.array([paper.sure for paper in material.labelled], dtype=bool)
    label_weights = labelled * np.where(sure, recipe.label_weight, recipe.unsure_weight)
    clear = (counts >= WEAK_YES) | (counts == 0)
    yes = np.concatenate([np.array([bool(one) for one in answers], dtype=bool), counts >= WEAK_YES])
    weights = np.concatenate([label_weights, clear.astype(float)])
    if not (~yes & (weights > 0)).any():
        msg = f"topic {name!r}: nothing to learn from: fetch or import papers, or label some"
        raise InputError(msg)
    positives = int(yes[: len(labelled)][labelled].sum())
    by_label = MIN_LABELS <= positives <= labelled.sum() - MIN_LABELS
    measured = np.concatenate([labelled, np.zeros(len(counts), bool) if by_label else clear])
    return Targets(yes, weights, measured, bool(by_label))


def _background(
    topics: Mapping[str, Topic],
    labelled: Sequence[LabelledPaper],
    background: Sequence[Text],
    recipe: TopicRecipe,
) -> tuple[list[Text], dict[str, Array]]:
    """Keep every text with a phrase, and fill up with others at even distances."""
    import numpy as np

    counters = [PhraseCounter(topic) for topic in topics.values()]
    seen = {_key(paper.text) for paper in labelled}
    fresh: list[Text] = []
    counts: list[tuple[int, ...]] = []
    for text in background:
        key = _key(text)
        if key not in seen:
            seen.add(key)
            found = set(text_terms(text))
            fresh.append(text)
            counts.append(tuple(counter.count(text, found) for counter in counters))
    telling = [row for row, one in enumerate(counts) if any(one)]
    others = [row for row, one in enumerate(counts) if not any(one)]
    telling = _evenly(telling, recipe.max_background // 2)
    rows = sorted(telling + _evenly(others, recipe.max_background - len(telling)))
    table = np.array([counts[row] for row in rows], dtype=np.int32).reshape(len(rows), len(topics))
    return [fresh[row] for row in rows], dict(zip(topics, table.T, strict=True))


def _evenly(rows: list[int], wanted: int) -> list[int]:
    if len(rows) <= wanted:
        return rows
    return [rows[place * len(rows) // wanted] for place in range(wanted)]


def _example_texts(topic: Topic) -> list[Text]:
    """Turn examples, and groups of about five phrases, into short positive texts."""
    count = max(1, len(topic.phrases) // _PHRASES_TOGETHER)
    texts = [". ".join(topic.phrases[start::count]) for start in range(count)]
    return [Text(text, None) for text in (*texts, *topic.examples)]


def _key(text: Text) -> str:
    return " ".join(words(text.title))


def _assign_folds(groups: Sequence[str], folds: int) -> list[int]:
    """Assign whole groups to folds, largest first, each to the fold with the fewest papers.

    With fewer groups than folds, papers are assigned one by one.
    """
    sizes = Counter(groups)
    if len(sizes) < folds:
        return [row % folds for row in range(len(groups))]
    dealt, filled = {}, [0] * folds
    for group, size in sorted(sizes.items(), key=lambda one: (-one[1], one[0])):
        dealt[group] = filled.index(min(filled))
        filled[dealt[group]] += size
    return [dealt[group] for group in groups]
