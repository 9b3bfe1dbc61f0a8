from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from processes import PAPERTRIAGE, environment, ran, started, without_privileges

BARNS = {
    "id": "arxiv:2611.00001",
    "title": "A diffusion model that paints barns",
    "abstract": "We train a diffusion model with classifier-free guidance to generate images of"
    " barns. Its denoising steps are distilled into one.",
}
MILK = {
    "id": "arxiv:2611.00002",
    "title": "Causal structure of milk prices",
    "abstract": "We learn the causal graph behind prices of milk by causal discovery from"
    " interventions and find confounders.",
}


def picks() -> list[dict]:
    return json.loads(ran("today", "--json").stdout)


def of_topic(name: str) -> list[str]:
    return [paper["id"] for paper in picks() if paper["pick"]["topic"] == name]


@pytest.fixture
def taught(seeded: Path) -> Path:
    """Return a cache whose reader keeps an alignment and a causality paper, and no diffusion."""
    diffusion = of_topic("diffusion")
    assert len(diffusion) >= 3
    ran("keep", of_topic("alignment")[0], of_topic("causality")[0])
    ran("skip", *diffusion[:3])
    return seeded


def test_a_topic_that_is_always_skipped_sinks_within_three_skips(taught: Path) -> None:
    assert of_topic("diffusion") == []
    ranked = json.loads(ran("list", "--sort", "interest", "--json", "-n", 0).stdout)
    tagged = [n for n, paper in enumerate(ranked) if paper["topics"]["diffusion"]["tagged"]]
    assert len(tagged) >= 6
    assert min(tagged) > len(ranked) / 2


def test_new_papers_are_ranked_by_what_was_skipped_before_they_came(taught: Path) -> None:
    result = ran("import", "-", stdin=json.dumps(BARNS) + "\n" + json.dumps(MILK) + "\n")
    assert result.exit_code == 0
    held = {paper["id"]: paper for paper in json.loads(ran("list", "--json", "-n", 0).stdout)}
    barns, milk = held[BARNS["id"]]["interest"], held[MILK["id"]]["interest"]
    assert barns["score"] < 0.35
    assert milk["score"] > 0.6
    assert barns["decisions"] == 5
    assert MILK["id"] in [paper["id"] for paper in picks()]
    against = [term for term, weight in barns["evidence"] if weight < 0]
    assert any("diffusion" in term for term in against)


def test_it_is_said_from_how_many_decisions_picks_are_ranked(seeded: Path) -> None:
    assert ran("today").stderr == ""
    first = [paper["id"] for paper in picks()]
    ran("skip", *first[:2])
    assert ran("today").stderr == "ranked by topic; after 2 more keeps, by what you keep and skip\n"
    result = ran("keep", *first[2:4])
    assert result.stderr.splitlines()[-1] == (
        "learned from 2 keeps and 2 skips: `papertriage today` now ranks by interest"
    )
    assert ran("today").stderr == "ranked by what you kept and skipped: 4 decisions\n"
    assert ran("keep", first[4]).stderr.count("\n") == 1
    assert ran("today", "--json").stderr == ""
    assert "Ranked by 5 decisions of yours." in ran("digest").stdout


def test_undo_takes_back_what_a_skip_taught(taught: Path) -> None:
    before = picks()
    model = taught.with_name("cache.db-interest.model")
    text = model.read_bytes()
    again = before[0]["id"]
    ran("skip", again)
    assert picks() != before
    ran("undo", again)
    assert model.read_bytes() == text
    assert picks() == before


def test_a_decision_stays_where_nothing_can_be_learned_from_it(taught: Path) -> None:
    model = taught.with_name("cache.db-interest.model")
    model.unlink()
    model.mkdir()
    paper = picks()[0]["id"]
    result = ran("skip", paper)
    assert result.exit_code == 0
    kept, warning = result.stderr.splitlines()
    assert kept.startswith(f"skipped {paper}")
    assert warning.startswith(
        "your decisions are saved, but the ranking could not learn from them: "
    )
    assert json.loads(ran("status", "--json").stdout)["counts"]["skip"] == 4


def test_a_damaged_model_is_one_line_and_mended_by_the_next_import(taught: Path) -> None:
    model = taught.with_name("cache.db-interest.model")
    model.write_text("papertriage-model 1\nnonsense\n")
    result = ran("import", "-", stdin=json.dumps(MILK) + "\n")
    assert result.exit_code == 0
    receipt, mended = result.stderr.splitlines()
    assert "1 new" in receipt
    assert mended.endswith("learned again from 5 decisions")
    assert MILK["id"] in [paper["id"] for paper in picks()]


def test_retag_scores_every_paper_with_what_was_learned(taught: Path) -> None:
    with sqlite3.connect(taught) as connection:
        connection.execute("DELETE FROM interests WHERE paper % 2 = 0")
    connection.close()
    taught.with_name("cache.db-interest.model").unlink()
    result = ran("topics", "retag")
    assert result.exit_code == 0
    assert "learned again from 5 decisions" in result.stderr
    held = json.loads(ran("list", "--json", "-n", 0).stdout)
    assert all(paper["interest"] for paper in held)


def test_a_damaged_model_that_cannot_be_mended_leaves_topics_to_rank(taught: Path) -> None:
    model = taught.with_name("cache.db-interest.model")
    model.unlink()
    model.mkdir()
    result = ran("import", "-", stdin=json.dumps(MILK) + "\n")
    assert result.exit_code == 0
    assert result.stderr.count("\n") == 2
    assert "picks are ranked by topic for now" in result.stderr
    assert all(paper["interest"] is None for paper in picks())
    assert ran("today").stderr.startswith("ranked by topic; ")


def test_a_cache_that_cannot_be_written_is_ranked_by_interest(taught: Path) -> None:
    expected = [paper["id"] for paper in picks()]
    taught.chmod(0o400)
    taught.parent.chmod(0o500)
    try:
        result = subprocess.run(
            [*without_privileges(), *PAPERTRIAGE, "today", "--format", "ids"],
            env=environment(taught.parent, PAPERTRIAGE_NOW="2026-11-23T09:00:00Z"),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        taught.parent.chmod(0o700)
        taught.chmod(0o600)
    assert (result.returncode, result.stdout.split()) == (0, expected)


def test_decisions_move_no_topic(seeded: Path) -> None:
    def scores() -> dict:
        held = json.loads(ran("list", "--json", "-n", 0).stdout)
        return {paper["id"]: paper["topics"] for paper in held}

    before = scores()
    ids = list(before)
    ran("keep", *ids[:3])
    ran("skip", *ids[3:9])
    assert scores() == before


def test_a_kill_while_learning_costs_no_decision(taught: Path) -> None:
    paper = picks()[0]["id"]
    process = started(taught.parent, "skip", paper, env={"PAPERTRIAGE_NOW": "2026-11-23T09:00:00Z"})
    # It says so once the decision is on the disk, before it learns.
    assert process.stderr.readline().startswith(b"skipped ")
    process.kill()
    process.communicate()
    with sqlite3.connect(taught) as connection:
        rows = connection.execute("SELECT decision FROM decisions WHERE paper = ?", (paper,))
        assert rows.fetchall() == [("skip",)]
    connection.close()
    assert ran("today").exit_code == 0
    ran("import", "-", stdin=json.dumps(BARNS) + "\n")
    assert ran("today").stderr == "ranked by what you kept and skipped: 6 decisions\n"
