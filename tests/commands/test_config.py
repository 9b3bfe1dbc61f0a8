from __future__ import annotations

from pathlib import Path

import pytest

from papertriage.config import SETTINGS
from processes import ran


def test_every_setting_is_listed_with_its_meaning() -> None:
    text = ran("config", "list").stdout
    assert all(f"{key} = " in text and one.meaning in text for key, one in SETTINGS.items())


def test_a_setting_is_read_changed_and_taken_back(home: Path) -> None:
    assert ran("config", "path").stdout == f"{home / 'config.toml'}\n"
    assert ran("config", "get", "sources.arxiv.categories").stdout == "cs.LG,cs.CL,stat.ML\n"
    result = ran("config", "set", "picks.limit", "3")
    assert (result.stdout, result.stderr) == ("", f"picks.limit is set in {home / 'config.toml'}\n")
    assert ran("config", "get", "picks.limit").stdout == "3\n"
    assert "back to its default" in ran("config", "unset", "picks.limit").stderr
    assert ran("config", "get", "picks.limit").stdout == "10\n"


@pytest.mark.parametrize(
    "words", [("get", "x.y"), ("set", "x.y", "1"), ("unset", "x.y"), ("set", "picks.limit", "x")]
)
def test_a_wrong_key_or_value_is_a_usage_error(words: tuple[str, ...]) -> None:
    result = ran("config", *words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("command", [("config", "list"), ("today",), ("digest",)])
def test_a_wrong_file_is_a_configuration_error(home: Path, command: tuple[str, ...]) -> None:
    (home / "config.toml").write_text("picks = [")
    result = ran(*command)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (78, "", 1)
    assert "config.toml: not valid TOML" in result.stderr
