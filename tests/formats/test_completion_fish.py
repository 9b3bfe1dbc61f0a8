from __future__ import annotations

from pathlib import Path

import pytest

from processes import ran
from shells import in_fish


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("papertriage sk", ["skip\tSkip papers"]),
        ("papertriage topics show al", ["alignment"]),
        ("papertriage list --topic oo", ["ood"]),
        ("papertriage list --topic=oo", ["--topic=ood"]),
        ("papertriage list --format bibt", ["bibtex"]),
        ("papertriage fetch hug", ["hugging-face"]),
        ("papertriage config set picks", ["picks.limit"]),
    ],
)
def test_fish_completes(seeded: Path, line: str, offered: list[str]) -> None:
    found = [one.split("\t")[0] for one in in_fish(seeded.parent, line)]
    assert found == [one.split("\t")[0] for one in offered]


def test_fish_shows_what_an_option_means_and_a_title_beside_its_id(seeded: Path) -> None:
    assert in_fish(seeded.parent, "papertriage list --top") == [
        "--topic\tOnly papers with this tag."
    ]
    title = "Accuracy on the Curve"
    (found,) = [one for one in in_fish(seeded.parent, "papertriage show title:4") if title in one]
    assert found.startswith("title:4aac34b46d0c3606\t")


def test_fish_offers_nothing_without_a_cache(home: Path) -> None:
    assert in_fish(home, "papertriage show ti") == []
    assert not (home / "cache.db").exists()


def test_the_script_names_every_command(home: Path) -> None:
    assert " -a why-not " in ran("completion", "fish").stdout
