from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.errors import ConfigurationError
from papertriage.paths import seeds_dir
from papertriage.topics.definitions import (
    Promise,
    Topic,
    dump_topic,
    load_topic,
    load_topics,
    parse_topic,
)

GOOD: dict[str, Any] = {"name": "bird song", "phrases": ["songbird"]}
phrases = st.lists(st.text().map(lambda one: f"{one} word"), max_size=3).map(tuple)
topics = st.builds(
    Topic,
    st.from_regex(r"[A-Za-z0-9][\w .+-]{0,30}[a-z]", fullmatch=True),
    st.text(),
    phrases.map(lambda some: (*some, "song")),
    phrases,
    phrases,
    st.none()
    | st.builds(
        Promise,
        st.sampled_from(["recall", "precision"]),
        st.floats(0, 1, exclude_min=True, exclude_max=True),
    ),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=5,
)
keys = st.sampled_from(
    ["name", "description", "phrases", "misleading", "examples", "recall", "precision", "other"]
)


@given(topics)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, topic: Topic):
    path = tmp_path_factory.getbasetemp() / "topic.toml"
    path.write_text(dump_topic(topic), encoding="utf-8", newline="")
    assert load_topic(path) == topic


@given(st.dictionaries(keys, values), st.booleans())
def test_any_document_is_a_topic_or_an_error_that_names_the_file(changes: dict, complete: bool):
    fault = ""
    try:
        parse_topic({**GOOD, **changes} if complete else changes, "my.toml")
    except ConfigurationError as error:
        fault = str(error)
    assert not fault or fault.startswith("my.toml: ")


@given(st.binary() | st.text().map(str.encode))
def test_any_file_is_a_topic_or_an_error_that_names_it(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"any\.toml"):
        load_topic(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"phrases": []}, "topic 'bird song': key 'phrases' must list at least one"),
        ({"phrases": "songbird"}, "topic 'bird song': key 'phrases' must be a list of strings"),
        ({"phrases": ["the -- of"]}, "key 'phrases' holds 'the -- of', which has no word"),
        ({"misleading": [1]}, "key 'misleading' must be a list of strings"),
        ({"colour": 1}, "topic 'bird song': unknown key 'colour'; known: name, description"),
        ({"description": 1}, "key 'description' must be a string"),
        ({"name": "../song"}, "key 'name' must be"),
        ({"name": "s" * 65}, "key 'name' must be"),
        ({"recall": 1}, "key 'recall' must be a number above 0 and below 1, not 1"),
        ({"precision": True}, "key 'precision' must be a number"),
        ({"recall": float("nan")}, "key 'recall' must be a number"),
        ({"recall": 0.9, "precision": 0.9}, "not both"),
    ],
)
def test_a_bad_definition_is_named_with_its_topic_and_key(changes: dict, said: str):
    with pytest.raises(ConfigurationError) as caught:
        parse_topic({**GOOD, **changes}, "my.toml")
    assert said in str(caught.value)
    assert caught.value.exit_code == 78


def test_two_files_cannot_define_one_topic(tmp_path: Path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(dump_topic(parse_topic(GOOD, name)))
    with pytest.raises(ConfigurationError) as caught:
        load_topics(tmp_path)
    assert "b.toml" in str(caught.value)
    assert "already used by" in str(caught.value)
    assert "a.toml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ConfigurationError, match=r"none\.toml: cannot be read"):
        load_topic(tmp_path / "none.toml")


def test_the_shipped_topics_are_four_in_alphabetical_order():
    assert list(load_topics(seeds_dir() / "topics")) == [
        "alignment",
        "causality",
        "diffusion",
        "ood",
    ]
