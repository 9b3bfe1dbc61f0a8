from __future__ import annotations

import json
from pathlib import Path

from papertriage.formats.json_schema import SCHEMAS, schema_of
from processes import ran


def test_a_schema_is_printed_without_a_cache(home: Path) -> None:
    assert json.loads(ran("schema", "digest").stdout) == schema_of("digest")
    assert json.loads(ran("schema").stdout)["$defs"].keys() == set(SCHEMAS)
    assert list(home.iterdir()) == []


def test_an_unknown_schema_is_one_line(home: Path) -> None:
    result = ran("schema", "x")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("no schema 'x': the schemas are consumers, ")
