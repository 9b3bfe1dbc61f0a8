from __future__ import annotations

import json
import math
from pathlib import Path

from processes import ran


def test_the_evidence_of_every_score_adds_up_to_its_log_odds(seeded: Path):
    papers = json.loads(ran("list", "--json", "--limit", 0).stdout)
    scores = [score for paper in papers for score in paper["topics"].values()]
    assert len(scores) == 66 * 4
    for score in scores:
        total = sum(contribution for _, contribution in score["evidence"])
        assert math.isclose(1 / (1 + math.exp(-total)), score["score"], abs_tol=1e-9)


def test_why_names_the_terms_and_their_sum(seeded: Path):
    ran("list", "-t", "diffusion")
    text = ran("why", 1, "--topic", "diffusion").stdout
    assert "diffusion" in text
    assert "sum: the log-odds" in text
    (found,) = json.loads(ran("why", 1, "--json").stdout)
    assert found["topics"]["diffusion"]["tagged"] is True


def test_a_topic_that_has_not_scored_the_paper_is_named(seeded: Path):
    ran("list")
    result = ran("why", 1, "--topic", "nope")
    assert result.exit_code == 2
    assert "no score for topic 'nope'" in result.stderr


def test_why_says_what_speaks_for_keeping_a_paper_and_what_against(seeded: Path):
    ran("list", "-n", 0)
    ran("keep", 1, 2)
    assert "interest" not in ran("why", 9).stdout
    assert ran("why", 9, "--topic", "interest").exit_code == 2
    ran("skip", 3, 4)
    text = ran("why", 9).stdout
    assert "learned from 4 decisions, because" in text
    (found,) = json.loads(ran("why", 9, "--topic", "interest", "--json").stdout)
    interest = found["interest"]
    total = sum(contribution for _, contribution in interest["evidence"])
    assert math.isclose(total, interest["log_odds"], abs_tol=1e-9)
    assert math.isclose(1 / (1 + math.exp(-total)), interest["score"], abs_tol=1e-9)
    assert (found["topics"], interest["decisions"]) == ({}, 4)
    assert "interest " in ran("show", 9).stdout
