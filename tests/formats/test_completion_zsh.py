from __future__ import annotations

import re
from pathlib import Path

import pytest

from processes import ran
from shells import in_zsh


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("papertriage topics sh", "papertriage topics show "),
        ("papertriage topics show al", "papertriage topics show alignment "),
        ("papertriage list --topic=oo", "papertriage list --topic=ood "),
        ("papertriage show title:4aac", "papertriage show title:4aac34b46d0c3606 "),
        ("papertriage show title:4", "Accuracy on the Curve"),
    ],
)
def test_zsh_completes(seeded: Path, line: str, shown: str) -> None:
    assert shown in in_zsh(seeded.parent, line)


def test_zsh_says_nothing_without_a_cache(home: Path) -> None:
    shown = in_zsh(home, "papertriage show ti")
    assert re.sub(r"\x1b\[\S*?[a-z]", "", shown).strip() == "papertriage show ti"
    assert not (home / "cache.db").exists()


def test_the_script_has_a_function_for_every_command(home: Path) -> None:
    script = ran("completion", "zsh").stdout
    assert "_papertriage_why-not() {" in script
    assert "_papertriage_topics_show() {" in script
