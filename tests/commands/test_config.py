from __future__ import annotations

import os
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


def test_a_list_of_settings_leaves_passwords_out_and_get_prints_them(home: Path) -> None:
    addresses = "me:S3CRET@a.example/rss,https://a.example/rss?token=S3CRET,https://b.example/rss"
    ran("config", "set", "sources.feeds.urls", addresses)
    ran("config", "set", "sources.arxiv.url", "http://me:S3CRET@127.0.0.1/api")
    listed = ran("config", "list").stdout
    assert "S3CRET" not in listed
    assert (
        "sources.feeds.urls = a.example/rss…,https://a.example/rss…,https://b.example/rss" in listed
    )
    assert ran("config", "get", "sources.feeds.urls").stdout == f"{addresses}\n"


@pytest.mark.parametrize("written", ['"{}"', '["{}"]', '[["{}"]]', "[{}]", "{}"])
def test_no_command_says_a_password_in_an_address(home: Path, written: str) -> None:
    for address in ("me:S3CRET@127.0.0.1:9/rss", "http://127.0.0.1:9/rss?api_key=S3CRET"):
        lines = ('sources.enabled = ["feeds"]', f"sources.feeds.urls = {written.format(address)}")
        (home / "config.toml").write_text("\n".join(lines))
        for line in (
            *("fetch", "--debug fetch", "fetch feeds", "today", "digest --json", "digest", "list"),
            *("status", "status --json", "doctor", "config list", "stats", "show 1 --json"),
            *("--debug config set picks.limit 9", "export --format bibtex", "schedule show"),
        ):
            result = ran(*line.split())
            os.environ.pop("PAPERTRIAGE_DEBUG", None)
            assert "S3CRET" not in result.stdout + result.stderr, (line, result)
    if (home / "cache.db").exists():
        for path in home.glob("cache.db*"):
            assert b"S3CRET" not in path.read_bytes()
