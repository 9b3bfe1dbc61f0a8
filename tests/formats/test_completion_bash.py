from __future__ import annotations

import json
from pathlib import Path

import pytest

from processes import ran
from shells import in_bash


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("papertriage sk", ["skip"]),
        ("papertriage topics sh", ["show"]),
        ("papertriage topics show al", ["alignment"]),
        ("papertriage list --topic ", ["alignment", "causality", "diffusion", "ood"]),
        ("papertriage list -t oo", ["ood"]),
        ("papertriage list --topic=oo", ["ood"]),
        ("papertriage list --topic ood --for", ["--format", "--force"]),
        ("papertriage list --format bibt", ["bibtex"]),
        ("papertriage digest --format h", ["html"]),
        ("papertriage list --decision k", ["keep"]),
        ("papertriage list --sort ", ["day", "came", "score", "interest", "upvotes"]),
        ("papertriage list --source arxiv-o", ["arxiv-oai"]),
        ("papertriage fetch hug", ["hugging-face"]),
        ("papertriage fetch arxiv hug", ["hugging-face"]),
        ("papertriage config set picks", ["picks.limit"]),
        ("papertriage config set picks.limit ", []),
        ("papertriage schema dig", ["digest"]),
        ("papertriage completion ", ["bash", "zsh", "fish"]),
        ("papertriage --debug topics tr", ["train"]),
        ("papertriage --cache x list --topic oo", ["ood"]),
        ("papertriage list --author ", []),
        ("papertriage nosuch ", []),
    ],
)
def test_bash_completes(seeded: Path, line: str, offered: list[str]) -> None:
    assert in_bash(seeded.parent, line) == offered


def test_bash_completes_ids_after_their_colon(seeded: Path) -> None:
    papers = [paper["id"] for paper in json.loads(ran("list", "--json", "--limit", 0).stdout)]
    newest = in_bash(seeded.parent, "papertriage show ")
    assert newest == papers
    begun = [paper.removeprefix("title:") for paper in papers if paper.startswith("title:4")]
    assert sorted(in_bash(seeded.parent, "papertriage keep title:4")) == sorted(begun)
    assert sorted(in_bash(seeded.parent, f"papertriage keep {papers[0]} title:4")) == sorted(begun)


def test_bash_completes_files(seeded: Path) -> None:
    (seeded.parent / "a paper.bib").touch()
    offered = in_bash(seeded.parent, f"papertriage import {seeded.parent}/a")
    assert offered == [f"{seeded.parent}/a paper.bib"]


def test_bash_completes_names_with_blanks(seeded: Path) -> None:
    words = ("--phrase", "world model", "--yes")
    assert ran("topics", "add", "world models", *words).exit_code == 0
    assert in_bash(seeded.parent, "papertriage topics show wor") == [r"world\ models"]
    assert in_bash(seeded.parent, r"papertriage topics show world\ m") == [r"world\ models"]


def test_bash_offers_nothing_and_says_nothing_without_a_cache(home: Path) -> None:
    assert in_bash(home, "papertriage show ") == []
    assert in_bash(home, "papertriage list --topic ") == []
    assert not (home / "cache.db").exists()
