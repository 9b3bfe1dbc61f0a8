"""Learn from a person's keeps and skips how likely the next paper is to be kept."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from papertriage.models import INTEREST
from papertriage.topics.calibration import Platt, fit_platt
from papertriage.topics.labelled import Text
from papertriage.topics.model import (
    Model,
    Quality,
    TopicModel,
    dump_model,
    model_hash,
    rounded,
    term_line,
    term_table,
)
from papertriage.topics.quality import average_precision, calibration_error, precision_recall_f1
from papertriage.topics.terms import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from papertriage.topics.model import TermTable

    Array = NDArray[Any]

LEAST = 2
"""Fewer keeps or skips cannot be cross-validated."""
MOST = 2_000
"""Only this many of the latest decisions are used: tastes change, and these take a second."""

_NEWTON_STEPS, _CG_STEPS = 30, 200
_CG_RESIDUAL = 1e-6
# A term that the background does not know must occur in two decided papers; otherwise a paper's own
# rare words would make it longer in training than any new paper can be.
_LEAST_PAPERS = 2
# The typical spread of a topic's log-odds over a day's papers.
_TOPIC_SPREAD = 2.2


@dataclass(frozen=True, slots=True)
class DecidedText:
    """A paper's text and whether it was kept rather than skipped."""

    text: Text
    keep: bool


@dataclass(frozen=True, slots=True)
class InterestRecipe:
    """Learning settings; the defaults were measured with benchmarks/interest.py.

    `cost` is the C of the squared hinge. `prior` is the length of a topic's log-odds next to the
    unit length of all terms: it uses what the background's topics know for the first few decisions;
    0 disables it. The calibration starts as if `patience` more decisions had shown that a person
    keeps 12% and 88% of the papers at the margins -1 and 1.
    """

    cost: float = 1.0
    prior: float = 0.1
    folds: int = 5
    patience: float = 8.0


_DEFAULT = InterestRecipe()
# The logistic function of 2.
_AT_MARGIN = 0.88


@dataclass(frozen=True, slots=True)
class _Rows:
    """Sparse rows [papers, columns] in coordinates.

    Only uses numpy: importing scipy.sparse would cost a keep as much as all of its learning.
    """

    papers: Array
    columns: Array
    values: Array
    shape: tuple[int, int]

    def times(self, weights: Array) -> Array:
        import numpy as np

        products = self.values * weights[self.columns]
        return np.bincount(self.papers, products, minlength=self.shape[0])

    def summed(self, amounts: Array) -> Array:
        import numpy as np

        products = self.values * amounts[self.papers]
        return np.bincount(self.columns, products, minlength=self.shape[1])


@dataclass(frozen=True, slots=True)
class _Linear:
    weights: Array
    intercept: float


def train_interest(
    decided: Sequence[DecidedText], background: Model, recipe: InterestRecipe = _DEFAULT
) -> Model:
    """Train on decisions in any order; the same ones always give the same bytes.

    A squared-hinge SVM over the TF-IDF terms of the background (a model of topics, one table: its
    idf says which words are common, its weights what topics are about), calibrated by
    cross-validation. The result is a model with the single score "interest", for `score_paper`.
    Raises ValueError for fewer keeps or skips than LEAST.
    """
    import numpy as np

    decided = sorted(decided, key=lambda one: (one.keep, one.text.title, one.text.abstract or ""))
    keep = np.array([one.keep for one in decided], dtype=bool)
    if min(keep.sum(), (~keep).sum()) < LEAST:
        msg = f"{keep.sum()} keeps and {(~keep).sum()} skips, but {LEAST} of each are needed"
        raise ValueError(msg)
    (table,) = background.tables
    titles_norm = max(topic.title_norm for topic in background.topics.values())
    readings = [read(one.text.title, one.text.abstract) for one in decided]
    counts = [Counter(reading.terms) for reading in readings]
    idf = _own_idf(counts, table)
    least_norms = [0.0 if reading.has_abstract else titles_norm for reading in readings]
    rows = _rows(counts, least_norms, table, idf, recipe.prior)
    everything = np.ones(len(keep), dtype=bool)
    linear = _fit(rows, keep, everything, recipe)
    folds = _folds(keep, recipe)
    values = _left_out(rows, keep, folds, recipe)
    platt = _calibrated(values, keep, recipe)
    topic = TopicModel(
        name=INTEREST,
        # Every score is explained by eight terms, like those above a threshold.
        threshold=0.0,
        base=rounded(platt.offset + platt.slope * linear.intercept),
        title_norm=titles_norm,
        title_scale=1.0,
        title_shift=0.0,
        prevalence=rounded(keep.mean()),
        precision=0.0,
        recall=0.0,
        trained_on={"keeps": int(keep.sum()), "skips": int((~keep).sum())},
        quality=_quality(values, keep, folds, recipe),
        cuts=(),
    )
    lines = dict(_lines(linear.weights * platt.slope, table, idf, recipe.prior))
    model = Model({INTEREST: topic}, (term_table((INTEREST,), lines),), "")
    return replace(model, hash=model_hash(dump_model(model)))


def _own_idf(counts: Sequence[Counter[str]], table: TermTable) -> dict[str, float]:
    """Return the idf, among the decided papers, of terms that the background does not know."""
    papers = Counter(term for count in counts for term in count if term not in table.lines)
    return {
        term: round(math.log((1 + len(counts)) / (1 + found)) + 1, 4)
        for term, found in sorted(papers.items())
        if found >= _LEAST_PAPERS
    }


def _rows(
    counts: Sequence[Counter[str]],
    least_norms: Sequence[float],
    table: TermTable,
    idf: Mapping[str, float],
    prior: float,
) -> _Rows:
    """Return TF-IDF rows of length 1 as used for scoring, joined with the topics' log-odds."""
    import numpy as np

    columns = {term: number for number, term in enumerate((*table.lines, *idf))}
    topics = len(table.topics)
    papers: list[Array] = []
    places: list[Array] = []
    values: list[Array] = []
    for number, (count, least) in enumerate(zip(counts, least_norms, strict=True)):
        known = [term for term in count if term in columns]
        numbers = np.array(
            [row or (idf[term], *[0.0] * topics) for term, row in _numbers(known, table)]
        ).reshape(-1, 1 + topics)
        row = (1 + np.log([count[term] for term in known])) * numbers[:, 0]
        row = row / (max(float(np.sqrt(row @ row)), least) or 1.0)
        beside = prior / _TOPIC_SPREAD * (row @ numbers[:, 1:])
        places.append(np.array([columns[term] for term in known], dtype=np.int64))
        places.append(len(columns) + np.arange(topics))
        values += [row, beside]
        papers.append(np.full(len(known) + topics, number))
    shape = (len(counts), len(columns) + topics)
    return _Rows(np.concatenate(papers), np.concatenate(places), np.concatenate(values), shape)


def _numbers(terms: Sequence[str], table: TermTable) -> Iterator[tuple[str, Any]]:
    yield from zip(terms, table.rows.numbers(terms), strict=True)


def _fit(rows: _Rows, keep: Array, used: Array, recipe: InterestRecipe) -> _Linear:
    """Minimise |w|^2 / 2 + C sum of squared hinges, penalising the intercept as in liblinear.

    Newton's method on the set of papers inside the margin (Keerthi and DeCoste 2005), with one
    unknown per paper.
    """
    import numpy as np

    signs = np.where(keep, 1.0, -1.0)
    inside = used.copy()
    amounts = np.zeros(len(keep))
    for _ in range(_NEWTON_STEPS):
        amounts = _solved(rows, signs, inside, 1 / (2 * recipe.cost), amounts)
        margins = signs * _product(rows, amounts)
        before, inside = inside, used & (margins < 1)
        if (inside == before).all() or not inside.any():
            break
    return _Linear(rows.summed(amounts), float(amounts.sum()))


def _product(rows: _Rows, amounts: Array) -> Array:
    """Return the decision values for such amounts: K x amounts, with K = X X' + 1."""
    product: Array = rows.times(rows.summed(amounts)) + amounts.sum()
    return product


def _solved(rows: _Rows, signs: Array, inside: Array, ridge: float, start: Array) -> Array:
    """Solve (K + ridge) x amounts = signs on the papers inside, by conjugate gradients."""
    import numpy as np

    amounts = np.where(inside, start, 0.0)
    left = np.where(inside, signs - _product(rows, amounts) - ridge * amounts, 0.0)
    way, size = left, float(left @ left)
    for _ in range(_CG_STEPS):
        if size < _CG_RESIDUAL**2 * len(signs):
            break
        bent = np.where(inside, _product(rows, way) + ridge * way, 0.0)
        step = size / float(way @ bent)
        amounts = amounts + step * way
        left = left - step * bent
        size, before = float(left @ left), size
        way = left + size / before * way
    return amounts


def _folds(keep: Array, recipe: InterestRecipe) -> Array:
    """Distribute keeps and skips evenly over the folds."""
    import numpy as np

    count = min(recipe.folds, int(keep.sum()), int((~keep).sum()))
    folds = np.empty(len(keep), dtype=np.int64)
    for side in (keep, ~keep):
        folds[side] = np.arange(side.sum()) % count
    return folds


def _left_out(rows: _Rows, keep: Array, folds: Array, recipe: InterestRecipe) -> Array:
    """Return a decision value per paper, from a model that has not seen the paper's fold."""
    import numpy as np

    values = np.zeros(len(keep))
    for fold in range(int(folds.max()) + 1):
        here = folds == fold
        linear = _fit(rows, keep, ~here, recipe)
        values[here] = (rows.times(linear.weights) + linear.intercept)[here]
    return values


def _calibrated(values: Array, keep: Array, recipe: InterestRecipe) -> Platt:
    import numpy as np

    share = recipe.patience / 2
    weights = share * np.array([1 - _AT_MARGIN, _AT_MARGIN, _AT_MARGIN, 1 - _AT_MARGIN])
    return fit_platt(
        np.concatenate([values, [-1.0, 1.0, -1.0, 1.0]]),
        np.concatenate([keep, [True, True, False, False]]),
        np.concatenate([np.ones(len(keep)), weights]),
    )


def _quality(values: Array, keep: Array, folds: Array, recipe: InterestRecipe) -> Quality:
    """Measure on the decisions, each with a model and a calibration that have not seen it."""
    import numpy as np

    probabilities = np.zeros(len(keep))
    for fold in range(int(folds.max()) + 1):
        here = folds == fold
        probabilities[here] = _calibrated(values[~here], keep[~here], recipe)(values[here])
    precision, recall, f1 = precision_recall_f1(probabilities >= 1 / 2, keep)
    return Quality(
        labelled=len(keep),
        positives=int(keep.sum()),
        average_precision=rounded(average_precision(values, keep)),
        precision=rounded(precision),
        recall=rounded(recall),
        f1=rounded(f1),
        calibration_error=rounded(calibration_error(probabilities, keep, np.ones(len(keep)))),
    )


def _lines(
    weights: Array, table: TermTable, idf: Mapping[str, float], prior: float
) -> Iterator[tuple[str, str]]:
    """Yield each term's line: its idf, and its weight plus what its topics' weights add."""
    import numpy as np

    # All lines at once: parsing them one by one costs three times as much.
    numbers = np.array(" ".join(table.lines.values()).split(" "), dtype=np.float64)
    numbers = numbers.reshape(len(table.lines), -1)
    topics = weights[len(table.lines) + len(idf) :] * (prior / _TOPIC_SPREAD)
    terms = weights[: len(table.lines)]
    # Column by column: the last digit of a matrix product depends on the number of threads.
    for column, amount in enumerate(topics, start=1):
        terms = terms + numbers[:, column] * amount
    for (term, line), weight in zip(table.lines.items(), terms.tolist(), strict=True):
        yield term, f"{line.partition(' ')[0]} {_written(weight)}"
    own = weights[len(table.lines) : len(table.lines) + len(idf)]
    for (term, known), weight in zip(idf.items(), own.tolist(), strict=True):
        yield term, term_line((known, weight))


def _written(weight: float) -> str:
    return "0" if abs(weight) < 5e-5 else f"{weight:.4f}"  # noqa: PLR2004 - half of the last digit
