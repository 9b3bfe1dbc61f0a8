from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage import config, paths
from papertriage.errors import ConfigurationError, InputError
from papertriage.text import visible

DEFAULTS = {key: setting.default for key, setting in config.SETTINGS.items()}


@pytest.fixture
def file(home: Path) -> Path:
    return home / "config.toml"


def test_without_a_file_every_setting_has_its_default() -> None:
    assert config.read() == DEFAULTS
    assert config.number("picks.limit") == 10
    assert config.text("sources.arxiv.since") == "2d"
    assert config.names("sources.arxiv.categories") == ("cs.LG", "cs.CL", "stat.ML")


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("picks.limit", "5", 5),
        ("sources.arxiv.delay", "1", 1.0),
        ("sources.arxiv.url", "http://127.0.0.1:1/x", "http://127.0.0.1:1/x"),
        ("sources.arxiv.categories", "cs.AI, math.OC,", ("cs.AI", "math.OC")),
    ],
)
def test_a_setting_is_changed_and_taken_back(key: str, text: str, value: object) -> None:
    config.change(key, text)
    assert config.read() == {**DEFAULTS, key: value}
    config.change(key, None)
    config.change(key, None)
    assert config.read() == DEFAULTS


def test_a_whole_number_serves_as_a_number(file: Path) -> None:
    file.write_text("[sources.arxiv]\ndelay = 5\n")
    assert repr(config.number("sources.arxiv.delay")) == "5.0"


@pytest.mark.parametrize(
    "written", ["[picks]\nlimit = 3\n", "picks.limit = 3\n", "picks = {limit = 3}\n"]
)
def test_comments_and_forms_stay_when_a_setting_is_changed(file: Path, written: str) -> None:
    file.write_text("# mine\n" + written)
    config.change("picks.limit", "7")
    assert file.read_text() == "# mine\n" + written.replace("3", "7")
    config.change("sources.contact", "me@example.org")
    assert file.read_text().startswith("# mine\n")
    assert config.read() == {**DEFAULTS, "picks.limit": 7, "sources.contact": "me@example.org"}


@pytest.mark.parametrize(
    ("key", "text", "line"),
    [
        ("picks.limt", "3", "unknown setting picks.limt: did you mean picks.limit?"),
        ("zzz", "3", "unknown setting zzz: see `papertriage config list`"),
        ("picks.limit", "x", "picks.limit must be a whole number of at least 0, not 'x'"),
        ("picks.limit", "-1", "picks.limit must be a whole number of at least 0, not '-1'"),
        (
            "sources.arxiv.delay",
            "nan",
            "sources.arxiv.delay must be a number of at least 0, not 'nan'",
        ),
    ],
)
def test_a_wrong_change_changes_nothing(file: Path, key: str, text: str, line: str) -> None:
    with pytest.raises(InputError) as caught:
        config.change(key, text)
    assert str(caught.value) == line
    assert not file.exists()


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("picks = [", "not valid TOML"),
        ("picks.limit = 'ten'", "picks.limit must be a whole number, not 'ten'"),
        ("picks.limit = true", "picks.limit must be a whole number, not True"),
        ("picks.limit = -1", "picks.limit must be at least 0, not -1"),
        ("sources.arxiv.delay = nan", "sources.arxiv.delay must be at least 0, not nan"),
        ("sources.arxiv.categories = ['cs.LG', 1]", "must be a list of names, not"),
        ("sources.arxiv.categories = 'cs.LG'", "must be a list of names, not"),
        ("sources.feeds.urls = 'me:secret@a.example/rss'", "must be a list of names, not text"),
        ("sources.arxiv.url = ['me:secret@a.example/rss']", "must be text, not a list of names"),
        ("sources.contact = 1", "sources.contact must be text, not 1"),
        ("pick.limit = 1", "unknown setting pick.limit: did you mean picks.limit?"),
        ("picks = 5", "unknown setting picks"),
        ("picks.limit = {}", "picks.limit must be a whole number, not a table"),
        ("[picks.limit]\nx = 1", "picks.limit must be a whole number, not a table"),
        ("picks.limit = 2026-11-23", "picks.limit must be a whole number, not datetime.date("),
        ("picks.limit = 1e400", "picks.limit must be a whole number, not inf"),
        (
            "picks.limit = 1000000001",
            "at least 0 and at most 1,000,000,000, not a very large number",
        ),
        (f"picks.limit = {'9' * 5_000}", "not valid TOML"),
        (f"picks.limit = 0x{'f' * 9_000}", "at most 1,000,000,000, not a very large number"),
        (f"sources.arxiv.delay = {'9' * 4_000}", "at most 1,000,000,000, not a very large number"),
        (f"sources.arxiv.delay = -{'9' * 4_000}", "at least 0 and at most 1,000,000,000, not"),
        (
            f"sources.contact = 0x{'f' * 9_000}",
            "sources.contact must be text, not a very large number",
        ),
        (
            f"topics.off = [0x{'f' * 9_000}]",
            "topics.off must be a list of names, not this value",
        ),
        (f"topics.off = {'[' * 5_000}{']' * 5_000}", "not valid TOML: nested too deeply"),
        (f"a{'.a' * 5_000} = 1", "unknown setting a.a.a."),
        (f"a = {'{a=' * 5_000}1{'}' * 5_000}", "not valid TOML: nested too deeply"),
        ("picks.limit = 1\npicks.limit = 2", "not valid TOML"),
        ("picks.limit = 2026-13-99", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(file: Path, written: str, line: str) -> None:
    file.write_text(written)
    with pytest.raises(ConfigurationError) as caught:
        config.read()
    assert str(caught.value).startswith(f"{file}: ")
    assert line in str(caught.value)
    assert len(str(caught.value)) < 800


@pytest.mark.parametrize(
    "written", ["picks = [", "picks = 5", f"a = {'[' * 5_000}{']' * 5_000}", f"a{'.a' * 5_000} = 1"]
)
def test_a_file_that_cannot_be_changed_stays_as_it_is(file: Path, written: str) -> None:
    file.write_text(written)
    with pytest.raises(ConfigurationError, match=r"config\.toml: "):
        config.change("picks.limit", "3")
    assert file.read_text() == written


def test_a_wrong_value_can_be_set_right(file: Path) -> None:
    file.write_text("picks.limit = 'ten'\n")
    config.change("picks.limit", "3")
    assert config.number("picks.limit") == 3


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_one_line(file: Path, content: bytes | None) -> None:
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        config.read()


@given(st.text(max_size=40))
def test_any_text_survives_the_file(text: str) -> None:
    config.change("sources.contact", text)
    assert config.text("sources.contact") == text


def test_the_file_is_private_and_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.toml"
    target.touch()
    file.symlink_to(target)
    before = os.umask(0)
    try:
        config.change("picks.limit", "3")
    finally:
        os.umask(before)
    assert file.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o600
    assert config.number("picks.limit") == 3


def test_a_place_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PAPERTRIAGE_HOME", str(tmp_path / "file"))
    with pytest.raises(ConfigurationError, match=r"cannot enter .*: not a directory"):
        config.change("picks.limit", "3")


def test_a_list_follows_from_the_one_that_is_there(file: Path) -> None:
    file.write_text('topics.off = ["ood"]\n')
    config.change_names("topics.off", lambda names: (*names, "causality"))
    assert config.names("topics.off") == ("ood", "causality")
    config.change_names("topics.off", lambda _names: ())
    assert config.read() == DEFAULTS


KEYS = st.sampled_from([*config.SETTINGS, "picks", "a.b", '"\\u001b"', "sources"])
VALUES = st.recursive(
    st.one_of(
        st.integers().map(str),
        st.integers(-(10**30), 10**30).map(str),
        st.floats().map(repr),
        st.booleans().map(lambda value: str(value).lower()),
        st.datetimes().map(lambda moment: moment.isoformat()),
        st.text(max_size=9).map(json.dumps),
        st.sampled_from(['"\\u001b[2J"', "{}", "[]", "-inf", "nan", "07:30:00", "1e999"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda ones: f"[{', '.join(ones)}]"),
        inner.map(lambda one: f"{{x = {one}}}"),
    ),
    max_leaves=6,
)


@given(st.lists(st.tuples(KEYS, VALUES), max_size=4))
def test_any_file_is_read_or_refused_in_one_line(pairs: list[tuple[str, str]]) -> None:
    text = "\n".join(f"{key} = {value}" for key, value in pairs)
    paths.write_private(paths.config_path(), text)
    said, settings = "", DEFAULTS
    try:
        settings = config.read()
    except ConfigurationError as error:
        said = str(error)
    assert visible(said) == said
    assert "\n" not in said
    assert all(type(value) is type(DEFAULTS[key]) for key, value in settings.items())
