from __future__ import annotations

import gzip
import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

SPEC = spec_from_file_location(
    "dictionary", Path(__file__).parents[2] / "benchmarks" / "dictionary.py"
)
dictionary = module_from_spec(SPEC)
SPEC.loader.exec_module(dictionary)

TEXTS = [
    f"In this invented text we count {animal} at night. The rest is {animal} {n}."
    for n, animal in enumerate(["owls", "bats", "moths", "foxes", "mice", "frogs", "toads"] * 30)
]


def test_only_phrases_of_many_texts_are_shared():
    shared = dictionary.shared_phrases([*TEXTS, "a sentence that is somebody's own"], 30)
    assert shared["In this invented text we count "] == len(TEXTS)
    assert shared["owls at night. The rest is owls "] == 30
    assert not [text for text in shared if "somebody" in text or "17" in text]


def test_a_phrase_that_stands_in_a_longer_one_is_held_once():
    held = dictionary.content({"we count owls ": 90, "count ": 95, "moths ": 10, "a ": 99}, 1000)
    assert held.decode() == "moths we count owls "


def test_the_content_ends_near_its_size():
    shared = {f"phrase number {n} ": 50 for n in range(1000)}
    assert 5_000 <= len(dictionary.content(shared, 5_000)) < 5_100


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data" / "corpus"
    folder.mkdir(parents=True)
    lines = "".join(json.dumps({"abstract": text}) + "\n" for text in TEXTS)
    for name in ("abstracts.jsonl.gz", "abstracts-older.jsonl.gz"):
        (folder / name).write_bytes(gzip.compress(lines.encode()))
    return folder.parent


def test_a_dictionary_is_made_of_the_phrases_and_shortens_what_is_like_them(data, tmp_path):
    from zstandard import ZstdCompressionDict, ZstdCompressor, ZstdDecompressor

    assert dictionary.main([str(data), str(tmp_path / "out.zdict")]) == 0
    made = ZstdCompressionDict((tmp_path / "out.zdict").read_bytes())
    assert made.dict_id()
    assert b"In this invented text we count " in made.as_bytes()
    new = b"In this invented text we count owls at night. The rest is newts 900."
    frame = ZstdCompressor(dict_data=made).compress(new)
    assert len(frame) < len(new) / 2
    assert ZstdDecompressor(dict_data=made).decompress(frame) == new


def test_a_dictionary_that_is_there_is_never_written_again(data, tmp_path, capsys):
    (tmp_path / "out.zdict").write_bytes(b"kept")
    assert dictionary.main([str(data), str(tmp_path / "out.zdict")]) == 2
    assert (tmp_path / "out.zdict").read_bytes() == b"kept"
    assert "name another" in capsys.readouterr().err


def test_too_few_words_are_a_usage_error(capsys):
    assert dictionary.main([]) == 2
    assert "usage: " in capsys.readouterr().err
