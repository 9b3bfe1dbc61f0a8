from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.errors import ModelError
from papertriage.topics.choosing import drop_topics, join_models
from papertriage.topics.model import (
    Cut,
    Model,
    Quality,
    TopicModel,
    dump_model,
    load_model,
    model_hash,
    rounded,
    term_line,
    term_table,
)
from papertriage.topics.scoring import score_paper

TOPIC = TopicModel(
    name="bird song",
    threshold=0.4,
    base=-3.25,
    title_norm=12.5,
    title_scale=0.75,
    title_shift=-0.5,
    prevalence=0.02,
    precision=0.8,
    recall=0.7,
    trained_on={"labelled_yes": 5, "weak_no": 100},
    quality=Quality(10, 5, 0.9, 0.8, 0.7, 0.75, 0.01),
    cuts=(Cut(0.01, 0.1, 1.0), Cut(0.5, 0.9, 0.5)),
)
LINES = {"song": term_line((1.5, 8.25)), "bird_song": term_line((2.0, -0.5))}
UNNAMED = Model({"bird song": TOPIC}, (term_table(("bird song",), LINES),), "")
TEXT = dump_model(UNNAMED)
MODEL = replace(UNNAMED, hash=model_hash(TEXT))


def saved(directory: Path, content: bytes) -> Path:
    path = directory / "some.model"
    path.write_bytes(content)
    return path


def signed(rest: str) -> bytes:
    return (
        f"papertriage-model 1\nsha256 {hashlib.sha256(rest.encode()).hexdigest()}\n{rest}".encode()
    )


def test_a_written_model_is_read_back_and_has_the_same_hash(tmp_path: Path):
    assert load_model(saved(tmp_path, TEXT.encode())) == MODEL
    assert dump_model(load_model(saved(tmp_path, TEXT.encode()))) == TEXT


def test_a_model_that_git_gave_windows_line_endings_is_the_same(tmp_path: Path):
    assert load_model(saved(tmp_path, TEXT.replace("\n", "\r\n").encode())) == MODEL


@given(st.integers(0, len(TEXT.encode()) - 1), st.integers(1, 255))
def test_any_byte_flipped_is_noticed_and_names_the_file(
    tmp_path_factory: pytest.TempPathFactory, place: int, mask: int
):
    content = bytearray(TEXT.encode())
    content[place] ^= mask
    with pytest.raises(ModelError, match=r"some\.model: "):
        load_model(saved(tmp_path_factory.getbasetemp(), bytes(content)))


@given(st.integers(0, len(TEXT.encode()) - 1))
def test_a_file_cut_short_anywhere_is_noticed(tmp_path_factory: pytest.TempPathFactory, end: int):
    with pytest.raises(ModelError, match=r"some\.model: "):
        load_model(saved(tmp_path_factory.getbasetemp(), TEXT.encode()[:end]))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\n---\n", "\n", "no line '---'"),
        ("terms = 2", "terms = 3", "expected 3 lines"),
        ("song 1.5 8.25", "song 1.5", "expected 2 lines of a term and 2 numbers"),
        ("-0.5\nsong 1.5 8.25", "-0.5 8.25\nsong 1.5", "expected 2 lines of a term and 2 numbers"),
        ("bird_song 2", "song 2", "a term is listed twice"),
        ("threshold = 0.4", "threshold = nan", "a number is not finite"),
        ("[0.01, 0.1, 1]", "[0.01, inf, 1]", "a number is not finite"),
        ("average_precision = 0.9", "average_precision = -inf", "a number is not finite"),
        ("positives = 5", 'positives = "five"', "could not convert"),
        ("labelled_yes = 5", "labelled_yes = inf", "infinity"),
        ("base = -3.25", "base = -3e300", "a number is not finite"),
        ("terms = 2", f"terms = {'[' * 9000}", "maximum recursion depth"),
        ("song 1.5 8.25", "song 1.5 nan", "the line of term 'song' holds something other"),
        ("bird_song 2 -0.5", "bird_song 2 -inf", "the line of term 'bird_song' holds"),
        ("song 1.5 8.25", "song 1.5 many", "the line of term 'song' holds something other"),
        ("threshold = 0.4\n", "", "threshold"),
        ("threshold = 0.4", "height = 0.4", "height"),
    ],
)
def test_a_model_edited_by_hand_and_signed_again_is_checked(
    tmp_path: Path, old: str, new: str, said: str
):
    rest = TEXT.split("\n", 2)[2]
    assert old in rest
    with pytest.raises(ModelError, match="is malformed") as caught:
        load_model(saved(tmp_path, signed(rest.replace(old, new, 1))))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("number", "said"),
    [("1.2.3", "is malformed"), ("9" * 400, "is not finite"), ("-" + "9" * 12, "is not finite")],
)
def test_a_number_that_is_none_is_named_by_its_term_when_it_is_needed(
    tmp_path: Path, number: str, said: str
):
    rest = TEXT.split("\n", 2)[2].replace("song 1.5 8.25", f"song 1.5 {number}")
    model = load_model(saved(tmp_path, signed(rest)))
    assert score_paper(model, "Nest", None)[0].score < 0.5
    with pytest.raises(ModelError, match=f"some.model: the line of term 'song' .*{said}"):
        score_paper(model, "Song", None)


def test_a_missing_file_and_a_newer_format_are_named(tmp_path: Path):
    with pytest.raises(ModelError, match=r"none\.model: model cannot be read"):
        load_model(tmp_path / "none.model")
    with pytest.raises(ModelError, match=r"not a model of format .* but 'papertriage-model 2'"):
        load_model(saved(tmp_path, b"papertriage-model 2\n"))


def test_a_joined_or_reduced_model_cannot_be_written():
    other = replace(UNNAMED, topics={"nests": replace(TOPIC, name="nests")})
    for model in (join_models([UNNAMED, other]), drop_topics(UNNAMED, ["bird song"])):
        with pytest.raises(ModelError, match="only a freshly trained model"):
            dump_model(model)


@given(st.floats(-1e6, 1e6))
def test_numbers_are_what_the_file_holds(value: float):
    assert float(term_line([rounded(value)])) == rounded(value)
    assert term_line([rounded(value)]) == term_line([value])
