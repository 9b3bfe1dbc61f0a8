"""Find similar papers, the closest kept paper of each, and papers that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papertriage.topics.labelled import Text

    Matrix = Any  # scipy's sparse matrices have no types

_MOST_TERMS = 1_000_000
_BLOCK = 256


class Likeness:
    """The cosines between papers, from the TF-IDF of their folded words and word pairs."""

    def __init__(self, texts: Sequence[Text]) -> None:
        """Read the texts: about 1 ms of CPU each."""
        from papertriage.topics.features import learn_vocabulary, tfidf

        # A term of one paper alone is in no cosine, but it makes the paper's row longer: without
        # such terms, papers of a small queue that share three words would all be alike.
        self._matrix: Matrix = tfidf(texts, learn_vocabulary(texts, 1, _MOST_TERMS))

    def look_alikes(self, rows: Sequence[int], least: float) -> dict[int, list[int]]:
        """Return for each of the rows the others with a cosine of at least that, closest first."""
        import numpy as np

        chosen = self._matrix[np.asarray(rows, dtype=np.int64)]
        transposed = chosen.T.tocsr()
        found: dict[int, list[int]] = {}
        for start in range(0, len(rows), _BLOCK):
            cosines = (chosen[start : start + _BLOCK] @ transposed).tocoo()
            near = cosines.data >= least
            pairs = zip(cosines.row[near], cosines.col[near], cosines.data[near], strict=True)
            for row, column, _ in sorted(pairs, key=lambda pair: -pair[2]):
                if start + row != column:
                    found.setdefault(rows[start + row], []).append(rows[column])
        return found

    def closest(self, rows: Sequence[int], among: Sequence[int]) -> list[tuple[int, float]]:
        """Return for each of the rows the one of the others it is closest to, with the cosine."""
        import numpy as np

        if not rows or not among:
            return []
        cosines = (self._matrix[np.asarray(rows)] @ self._matrix[np.asarray(among)].T).toarray()
        best = cosines.argmax(axis=1)
        return [(among[column], float(cosines[n, column])) for n, column in enumerate(best)]

    def spread(self, rows: Sequence[int], known: Sequence[int], count: int) -> list[int]:
        """Choose papers that differ: each the one least like all that are known or chosen.

        Farthest-first traversal (Gonzalez, 1985), where far is a small largest cosine.
        """
        import numpy as np

        own = self._matrix[np.asarray(rows, dtype=np.int64)]
        nearest = np.zeros(len(rows))
        for row in known:
            nearest = np.maximum(nearest, _cosines(own, self._matrix[row]))
        chosen: list[int] = []
        for _ in range(min(count, len(rows))):
            # The first row of equals: without any answer that is the best by the order given.
            place = int(nearest.argmin())
            chosen.append(rows[place])
            nearest = np.maximum(nearest, _cosines(own, own[place]))
            nearest[place] = 2.0
        return chosen


def _cosines(matrix: Matrix, row: Matrix) -> Any:  # noqa: ANN401 - a numpy array without a type
    return (matrix @ row.T).toarray().ravel()
