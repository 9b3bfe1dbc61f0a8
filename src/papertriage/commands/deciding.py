"""Keep, skip and postpone papers, and undo decisions."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.journal import decide, last_decided
from papertriage.cache.journal import undo as take_back
from papertriage.cache.listing import require_papers
from papertriage.commands import _options as o
from papertriage.errors import InputError
from papertriage.models import PAST_TENSES, Decision
from papertriage.render.terminal import note
from papertriage.triage.naming import ids_of
from papertriage.triage.teaching.interest_learning import learn_or_explain


def keep(ids: o.Ids) -> None:
    """Keep papers: they leave the picks, and similar papers rank higher."""
    _decide_all(ids, "keep")


def skip(ids: o.Ids) -> None:
    """Skip papers: they are not picked again, and similar papers rank lower."""
    _decide_all(ids, "skip")


def later(ids: o.Ids) -> None:
    """Postpone papers: they are picked again on another day, and do not affect the ranking."""
    _decide_all(ids, "later")


def undo(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID...]", help="Papers [default: the last one that you decided on]."
        ),
    ] = None,
) -> None:
    """Undo the last keep, skip or later, and its effect on the ranking."""
    with opened(paths.cache_path()) as connection:
        last = None if ids else last_decided(connection)
        names = ids_of(ids) if ids else [last] if last else []
        undone = take_back(connection, names, at=clock.fine_stamp(clock.now()))
        for line in undone:
            note(f"undid {line.undone}: {line.paper} is {_state(line.now)} again")
        _learn(connection, at_once=True)
        left = [name for name in names if name not in {line.paper for line in undone}]
        if left or not names:
            msg = f"no decision to undo for {left[0]}" if left else "no decision to undo"
            raise InputError(msg)


def _decide_all(names: Sequence[str], decision: Decision) -> None:
    """Store the decision for all papers, or for none if one of them is not in the cache."""
    ids = ids_of(names)
    with opened(paths.cache_path()) as connection:
        papers = require_papers(connection, ids)
        ids = [held.paper.id for held in papers]
        decide(connection, ids, decision, at=clock.fine_stamp(clock.now()))
        for held in papers:
            note(f"{PAST_TENSES[decision]} {held.paper.id}: {held.paper.title}")
        _learn(connection)


def _learn(connection: sqlite3.Connection, *, at_once: bool = False) -> None:
    if message := learn_or_explain(connection, clock.now(), at_once=at_once):
        note(message)


def _state(decision: str | None) -> str:
    return next((past for word, past in PAST_TENSES.items() if word == decision), "undecided")
