"""Tag any number of papers: one after the other, or in arrays once they are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papertriage.topics.tagging import score_paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papertriage.models import TopicScore
    from papertriage.topics.batch_evidence import Tag, Texts
    from papertriage.topics.model import Model

MANY = 3_000
"""Loading numpy and a model's arrays costs 0.3 s: what so many papers save."""
AT_ONCE = 10
"""Fewer papers at once cost more in arrays than one after the other."""


class Tagger:
    """Scores (title, abstract) pairs for every topic of a model; what it returns is the same."""

    def __init__(self, model: Model) -> None:
        """Take a model; its terms become arrays when the papers are many."""
        self._model = model
        self._scored = 0
        self._in_arrays: Tag | None = None

    def __call__(self, papers: Texts) -> Sequence[tuple[TopicScore, ...]]:
        """Return each paper's scores, in the order of `model.topics`; raises ModelError."""
        self._scored += len(papers)
        if self._scored < MANY or len(papers) < AT_ONCE:
            return [score_paper(self._model, title, abstract) for title, abstract in papers]
        if self._in_arrays is None:
            from papertriage.topics.batch_evidence import batch_tagger

            self._in_arrays = batch_tagger(self._model)
        return self._in_arrays(papers)
