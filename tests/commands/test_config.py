from __future__ import annotations

import os
from pathlib import Path

import pytest

from papertriage.config import SETTINGS
from papertriage.text import visible
from processes import finished, ran, started


def test_every_setting_is_listed_with_its_meaning() -> None:
    text = ran("config", "list").stdout
    assert all(f"{key} = " in text and one.meaning in text for key, one in SETTINGS.items())


def test_a_setting_is_read_changed_and_taken_back(home: Path) -> None:
    assert ran("config", "path").stdout == f"{home / 'config.toml'}\n"
    assert ran("config", "get", "sources.arxiv.categories").stdout == "cs.LG,cs.CL,stat.ML\n"
    result = ran("config", "set", "picks.limit", "3")
    assert (result.stdout, result.stderr) == ("", f"set picks.limit in {home / 'config.toml'}\n")
    assert ran("config", "get", "picks.limit").stdout == "3\n"
    assert "to its default" in ran("config", "unset", "picks.limit").stderr
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


EIGHT = {
    "picks.limit": "1",
    "interest.after": "3",
    "topics.retrain-after": "4",
    "mail.host": "mail.example.org",
    "mail.port": "5",
    "sources.contact": "me@example.org",
    "sources.arxiv.categories": "cs.AI,math.OC",
    "sources.arxiv.page-size": "8",
}


@pytest.mark.parametrize("linked", [False, True])
def test_what_eight_processes_set_at_once_all_survives(
    home: Path, tmp_path: Path, *, linked: bool
) -> None:
    file = home / "config.toml"
    if linked:
        (tmp_path / "dotfiles.toml").write_text("")
        file.symlink_to(tmp_path / "dotfiles.toml")
    for _ in range(2):
        file.write_text('# mine\n\n[mail]\nuser = "me" # and only me\n')
        processes = [started(home, "config", "set", key, text) for key, text in EIGHT.items()]
        said = [process.communicate(timeout=120)[1].decode() for process in processes]
        assert [process.returncode for process in processes] == [0] * 8, said
        shown = ran("config", "list").stdout
        assert [key for key, text in EIGHT.items() if f"{key} = {text}\n" not in shown] == []
        text = file.read_text()
        assert text.startswith("# mine\n")
        assert 'user = "me" # and only me\n' in text
    assert file.is_symlink() == linked


def test_topics_that_are_removed_at_once_are_all_removed(seeded: Path) -> None:
    names = ("alignment", "causality", "diffusion", "ood")
    processes = [started(seeded.parent, "topics", "remove", name) for name in names]
    said = [process.communicate(timeout=300)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, said
    assert ran("config", "get", "topics.off").stdout == "alignment,causality,diffusion,ood\n"


CODES = "\x1b]0;title\x07\x1b[2J\x9b31m\u202eevil\r\nnext\x7f"


def test_no_code_for_the_terminal_comes_out_of_a_setting(home: Path) -> None:
    assert ran("config", "set", "sources.contact", CODES).exit_code == 0
    assert ran("config", "get", "sources.contact").stdout == f"{visible(CODES)}\n"
    shown = ran("config", "list").stdout
    assert f"sources.contact = {visible(CODES)}\n" in shown
    assert all(visible(line) == line for line in shown.split("\n"))
    assert visible(CODES) != CODES


def test_a_long_setting_is_shown_whole() -> None:
    urls = ",".join(f"https://example.org/{n}/é" for n in range(2_000))
    ran("config", "set", "sources.feeds.urls", urls)
    assert ran("config", "get", "sources.feeds.urls").stdout == f"{urls}\n"


@pytest.mark.parametrize(
    "written",
    [
        '"\\u001b[2J\\u009b\\u202e" = 1',
        '[picks]\n"\\u001b]0;x\\u0007" = 1',
        'picks.limit = "\\u001b[2J\\u009b"',
        'topics.off = [1, "\\u001b[2J"]',
        "picks = \x1b[2J",
    ],
)
@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["plain", "debug"])
def test_no_code_for_the_terminal_comes_out_of_a_wrong_file(
    home: Path, written: str, debug: tuple[str, ...]
) -> None:
    (home / "config.toml").write_text(written)
    result = finished(home, *debug, "config", "list")
    assert (result.returncode, result.stdout) == (78, "")
    assert "\x1b" not in result.stderr
    assert not set(map(ord, result.stderr)) & {*range(0x7F, 0xA0), 0x202E, 7}
    assert ("Traceback" in result.stderr) == bool(debug)
    assert (result.stderr.count("\n") == 1) == (not debug)
