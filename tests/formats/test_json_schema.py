from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

import schemas
from builders import make_cached, make_digest
from papertriage.cli import group
from papertriage.commands._tree import tree
from papertriage.errors import InputError
from papertriage.formats.digest_json import digest_text
from papertriage.formats.json_schema import OUTPUTS, SCHEMAS, schema_of
from papertriage.formats.paper_json import paper_json
from papertriage.models import CachedPaper, Paper

DOCUMENT = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")


def keys_of(name: str) -> list[str]:
    """Return the keys that a schema knows, all of which it asks for."""
    schema = schema_of(name)
    assert schema["required"] == list(schema["properties"])
    return schema["required"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("draft/2020-12/schema")
    assert schema["$id"] == f"urn:papertriage:schema:{name}"
    assert schema["title"]


def test_all_of_them_are_one_document() -> None:
    everything = schema_of(None)
    assert list(everything["$defs"]) == list(SCHEMAS)
    validator = Draft202012Validator({**everything, "$ref": "urn:papertriage:schema:papers"})
    validator.validate([paper_json(make_cached())])
    assert not validator.is_valid([{"schema": 1}])


def test_an_unknown_schema_is_an_error() -> None:
    with pytest.raises(InputError, match="no schema 'x': the schemas are consumers, digest"):
        schema_of("x")


def test_every_output_has_a_schema_and_every_schema_an_output() -> None:
    assert set(OUTPUTS.values()) | {"paper", "receipt"} == set(SCHEMAS)


@pytest.mark.parametrize(
    "paper", [make_cached(), CachedPaper(Paper("x:1", "A Title"), "2026-11-23")]
)
def test_a_paper_is_what_its_schema_says(paper: CachedPaper) -> None:
    found = paper_json(paper)
    schemas.validator("paper").validate(found)
    assert set(keys_of("paper")) <= set(found)
    for key in found:
        missing = {name: value for name, value in found.items() if name != key}
        assert schemas.validator("paper").is_valid(missing) == (key not in keys_of("paper"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"schema": 2},
        {"id": None},
        {"title": ""},
        {"authors": "Ada"},
        {"published": "yesterday"},
        {"topics": {"ood": {"score": 1.5, "tagged": True, "evidence": []}}},
        {"topics": {"ood": {"score": 0.5, "tagged": True, "evidence": [["term"]]}}},
        {"decision": "read"},
        {"labels": {"ood": 1}},
        {"pick": {"rank": 0, "score": 1, "topic": "ood", "reasons": []}},
    ],
)
def test_what_is_no_paper_is_refused(wrong: dict[str, object]) -> None:
    assert not schemas.validator("paper").is_valid({**paper_json(make_cached()), **wrong})


def test_keys_may_be_added() -> None:
    schemas.validator("paper").validate({**paper_json(make_cached()), "more": 1})


def test_a_digest_and_its_receipts_are_what_their_schemas_say() -> None:
    digest = json.loads(digest_text(make_digest()))
    schemas.validator("digest").validate(digest)
    del digest["receipts"][0]["verdict"]
    assert not schemas.validator("digest").is_valid(digest)


def test_the_documents_name_the_same_keys() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", DOCUMENT, flags=re.MULTILINE)
    assert set(keys_of("paper")) <= set(rows)
    for name in ("digest", "status", "receipt"):
        (line,) = re.findall(rf"^`{name}`: (.+)$", DOCUMENT, flags=re.MULTILINE)
        # What stands in parentheses says more of a key, or what its own keys are.
        outside = re.sub(r"\([^)]*\)", "", line)
        assert re.findall(r"`(\w+)`", outside) == keys_of(name), name


def test_the_documents_name_every_schema() -> None:
    assert [name for name in SCHEMAS if f"`{name}`" not in DOCUMENT] == []


def test_a_command_that_can_write_json_has_a_schema() -> None:
    writing = [
        " ".join(command.words[1:])
        for command in tree(group()).walk()
        if any("--json" in option.names for option in command.options)
    ]
    assert [path for path in writing if path not in OUTPUTS] == []
    assert {"today", "topics check"} <= set(writing)


@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        (["list", "--json"], '[{"schema": 1}]'),
        (["list", "--format", "jsonl"], '{"schema": 1}\n'),
        (["--cache", "x", "--debug", "export"], '{"schema": 1}\n'),
        (["topics", "list", "--json"], '[{"name": "ood"}]'),
        (["tag"], '{"title": "A Title"}\n'),
    ],
)
def test_the_check_of_the_tests_can_fail(words: list[str], stdout: str) -> None:
    with pytest.raises(ValidationError):
        schemas.hold(words, 0, stdout)
    schemas.hold(words, 2, stdout)


def test_the_check_of_the_tests_refuses_an_output_without_a_schema() -> None:
    with pytest.raises(AssertionError, match="knows no schema for it"):
        schemas.hold(["config", "list", "--json"], 0, "{}")
