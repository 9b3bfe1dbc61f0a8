"""Load the followed topics and their models, shipped and the user's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from papertriage import config, paths
from papertriage.cache.topics import models_of, write_topics
from papertriage.cache.topics import topic_rows as stored_topics
from papertriage.errors import InputError, ModelError
from papertriage.models import Paper, TopicScore
from papertriage.topics.definitions import Topic, load_topics
from papertriage.topics.model import Model

if TYPE_CHECKING:
    from papertriage.cache.scoring import Scorers
    from papertriage.topics.batch_evidence import EvidenceScorer

MANY = 3_000
"""The papers from which scoring in arrays pays: loading numpy and the arrays takes 0.3 s."""
AT_ONCE = 10
"""The least papers to score in arrays at once: fewer are faster one by one."""

Scorer = Callable[[Paper], Sequence[TopicScore]]
"""Returns the scores of a paper."""


class Following(NamedTuple):
    """The models that score the followed topics, and (name, threshold, hash) of each topic."""

    models: tuple[Model, ...]
    rows: tuple[tuple[str, float, str], ...]


def file_stem(name: str) -> str:
    """Return the name of a topic's files, without extension."""
    return name.lower().replace(" ", "-")


def definition_path(name: str) -> Path:
    """Return the path of the user's own definition of a topic, which need not exist."""
    return paths.topics_dir() / f"{file_stem(name)}.toml"


def model_path(name: str) -> Path:
    """Return the path of the user's own model of a topic, which need not exist."""
    return paths.topics_dir() / f"{file_stem(name)}.model"


def shipped_definitions() -> dict[str, Topic]:
    """Load the definitions of the shipped topics."""
    return load_topics(paths.seeds_dir() / "topics")


def definitions() -> dict[str, Topic]:
    """Load the followed topics; the user's own definitions override shipped ones."""
    own = load_topics(paths.topics_dir()) if paths.topics_dir().is_dir() else {}
    off = config.names("topics.off")
    shipped = {name: one for name, one in shipped_definitions().items() if name not in off}
    return dict(sorted({**shipped, **own}.items()))


def followed_topic(name: str) -> Topic:
    """Return a followed topic; raises InputError, which lists the topics."""
    topics = definitions()
    if name not in topics:
        msg = f"no topic {name!r}: the topics are {', '.join(topics) or 'none'}"
        raise InputError(msg)
    return topics[name]


def shipped_model() -> Model:
    """Load the shipped model; raises ModelError."""
    from papertriage.topics.model import load_model

    return load_model(paths.seeds_dir() / "model.txt")


def own_or_shipped(name: str) -> Model:
    """Load the model of a topic: the user's own, else the shipped one."""
    return _own_model(name) if model_path(name).exists() else shipped_model()


def _own_model(name: str) -> Model:
    from papertriage.topics.model import load_model

    path = model_path(name)
    model = load_model(path)
    if list(model.topics) != [name]:
        held = ", ".join(map(repr, model.topics)) or "no topic"
        msg = (
            f"{path}: this is a model of {held}, not of {name!r}: train it again (`papertriage"
            f" topics train {name}`)"
        )
        raise ModelError(msg)
    return model


def single_topic(model: Model, topic: Topic) -> Model:
    """Return the model of one topic of a file, with the threshold that its promise requires.

    Its hash depends on the file and the promise, not on which other topics are followed.
    """
    from papertriage.topics.choosing import drop_topics, with_promise

    reduced = drop_topics(model, [name for name in model.topics if name != topic.name])
    return with_promise(reduced, topic.name, topic.promise) if topic.promise else reduced


def load_followed() -> Following:
    """Load the models of the followed topics."""
    from papertriage.topics.choosing import drop_topics, with_promise

    topics = definitions()
    files = [_own_model(name) for name in topics if model_path(name).exists()]
    taken = {name for model in files for name in model.topics}
    shipped = shipped_model()
    rest = [name for name in shipped.topics if name in topics and name not in taken]
    reduced = drop_topics(shipped, [name for name in shipped.topics if name not in rest])
    # Score the shipped topics together: separately, each would take as long as all four.
    scoring = [reduced if rest else None, *files]
    rows = []
    for number, (file, counting) in enumerate(zip([shipped, *files], scoring, strict=True)):
        for name in counting.topics if counting else ():
            topic = topics[name]
            if topic.promise:
                scoring[number] = with_promise(scoring[number] or file, name, topic.promise)
            rows += topic_rows([single_topic(file, topic)])
    return Following(tuple(model for model in scoring if model), tuple(rows))


def followed_model() -> Model:
    """Load the models of the followed topics as a single model."""
    from papertriage.topics.choosing import join_models

    return join_models(load_followed().models)


def scorer(loaded: Sequence[Model]) -> Scorer:
    """Return a function that scores a paper for every topic of the models."""
    from papertriage.topics.choosing import join_models
    from papertriage.topics.scoring import score_paper

    model = join_models(loaded)

    def score(paper: Paper) -> Sequence[TopicScore]:
        return score_paper(model, paper.title, paper.abstract)

    return score


def papers_scorer(model: Model) -> Scorers:
    """Return a function that scores papers for every topic of a model.

    After many papers it scores in arrays, with the same results.
    """
    from papertriage.topics.scoring import score_paper

    scored = 0
    in_arrays: EvidenceScorer | None = None

    def score(papers: Sequence[Paper]) -> Sequence[Sequence[TopicScore]]:
        nonlocal scored, in_arrays
        scored += len(papers)
        texts = [(paper.title, paper.abstract) for paper in papers]
        if scored < MANY or len(papers) < AT_ONCE:
            return [score_paper(model, title, abstract) for title, abstract in texts]
        if in_arrays is None:
            from papertriage.topics.batch_evidence import scorer_with_evidence

            in_arrays = scorer_with_evidence(model)
        return in_arrays(texts)

    return score


def topic_rows(loaded: Sequence[Model]) -> list[tuple[str, float, str]]:
    """Return (name, threshold, model hash) of every topic, as stored in the cache."""
    return [
        (topic.name, topic.threshold, model.hash)
        for model in loaded
        for topic in model.topics.values()
    ]


def record_followed(
    connection: sqlite3.Connection, only: Collection[str] | None = None
) -> Following:
    """Load the models of the followed topics, and store their rows (or only some) in the cache.

    If another process trained a topic in the meantime, the models are loaded again.
    """
    while True:
        before = stored_topics(connection)
        found = load_followed()
        rows = [row for row in found.rows if only is None or row[0] in only]
        if write_topics(connection, rows, before):
            return found


def topic_scorer(connection: sqlite3.Connection) -> Scorers:
    """Store the followed topics in the cache, and return a scorer for their models.

    Topics that another process adds or trains in the meantime are scored from the next papers on.
    """
    from papertriage.topics.choosing import join_models

    held: set[tuple[str, float, str]] = set()
    score: Scorers | None = None

    def scores(papers: Sequence[Paper]) -> Sequence[Sequence[TopicScore]]:
        nonlocal held, score
        # Within a transaction that stores papers it is too late to load other models.
        changed = not connection.in_transaction and held != models_of(stored_topics(connection))
        if score is None or changed:
            followed_now = record_followed(connection)
            held = models_of(stored_topics(connection))
            score = papers_scorer(join_models(followed_now.models))
        return score(papers)

    scores(())
    return scores
