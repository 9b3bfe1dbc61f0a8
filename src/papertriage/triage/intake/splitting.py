"""Split merged papers and tag both again."""

from __future__ import annotations

import sqlite3

from papertriage.cache.connection import writing
from papertriage.cache.papers import write_tags
from papertriage.cache.splitting import split_paper
from papertriage.models import Paper
from papertriage.ranking.merit import merit
from papertriage.triage.teaching.followed import topic_scorer
from papertriage.triage.teaching.interest_learning import score_new


def split_and_tag(connection: sqlite3.Connection, name: str, now: str) -> list[Paper]:
    """Undo the last merge of a paper, and return the two papers; raises InputError."""
    score = topic_scorer(connection)
    papers = split_paper(connection, name, now)
    scores = dict(zip(papers, score(list(papers.values())), strict=True))
    with writing(connection):
        for key, found in scores.items():
            write_tags(connection, key, found, merit=merit, came=now)
    score_new(connection)
    return list(papers.values())
