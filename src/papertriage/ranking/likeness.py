"""Find similar papers, the closest kept paper of each, and papers that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papertriage.topics.labelled import Text

    Matrix = Any  # scipy's sparse matrices have no types.

_MOST_TERMS = 1_000_000
_BLOCK = 256


class Likeness:
    """Cosines between papers, from the TF-IDF of their folded words and word pairs."""

    def __init__(self, texts: Sequence[Text]) -> None:
        """Read the texts: about 1 ms of CPU each."""
        from papertriage.topics.features import learn_vocabulary, tfidf

        # A term found in only one paper is in no cosine, but makes the paper's row longer: without
        # such terms, papers of a small queue that share three words would all be similar.
        self._matrix: Matrix = tfidf(texts, learn_vocabulary(texts, 1, _MOST_TERMS))

    def look_alikes(self, rows: Sequence[int], least: float) -> dict[int, list[int]]:
        """Return for each row the others with at least this cosine, closest first."""
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
        """Return for each row the closest of the others, with the cosine."""
        import numpy as np

        if not rows or not among:
            return []
        cosines = (self._matrix[np.asarray(rows)] @ self._matrix[np.asarray(among)].T).toarray()
        best = cosines.argmax(axis=1)
        return [(among[column], float(cosines[n, column])) for n, column in enumerate(best)]

    def spread(self, rows: Sequence[int], known: Sequence[int], count: int) -> list[int]:
        """Choose papers that differ: each the one least like all known or chosen ones.

        Farthest-first traversal (Gonzalez, 1985), where distance is a small largest cosine.
        """
        import numpy as np

        own = self._matrix[np.asarray(rows, dtype=np.int64)]
        nearest = np.zeros(len(rows))
        for row in known:
            nearest = np.maximum(nearest, _cosines(own, self._matrix[row]))
        chosen: list[int] = []
        for _ in range(min(count, len(rows))):
            # The first of equal rows: without any answer, the best by the given order.
            place = int(nearest.argmin())
            chosen.append(rows[place])
            nearest = np.maximum(nearest, _cosines(own, own[place]))
            nearest[place] = 2.0
        return chosen


def _cosines(matrix: Matrix, row: Matrix) -> Any:  # noqa: ANN401 - a numpy array without a type
    return (matrix @ row.T).toarray().ravel()
