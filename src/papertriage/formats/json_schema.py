"""Read the JSON Schema (draft 2020-12) of every JSON output."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from papertriage.errors import InputError

_DIRECTORY = Path(__file__).parent / "schemas"
_PREFIX = "urn:papertriage:schema"
SCHEMAS: tuple[str, ...] = tuple(sorted(path.stem for path in _DIRECTORY.glob("*.json")))
"""The names of the schemas, files in schemas/."""

OUTPUTS = {
    **dict.fromkeys(("today", "list", "search", "similar", "show", "export"), "papers"),
    "export --consumers": "consumers",
    "digest": "digest",
    "status": "status",
    "why": "why",
    "why-not": "why-not",
    "tag": "tagged",
    "topics list": "topics",
    "topics show": "topic",
    "topics suggest": "suggestions",
    "topics evaluate": "evaluation",
    "topics check": "label-check",
    "simulate": "simulation",
    "stats": "scoreboard",
}
"""The schema of each command's JSON output; of one line, if it writes JSON lines."""


def schema_of(name: str | None) -> dict[str, Any]:
    """Return a schema bundled with those it refers to; without a name, all schemas.

    Raises InputError for an unknown name.
    """
    if name is None:
        all_of_them = {one: _read(one) for one in SCHEMAS}
        return {"$schema": all_of_them["paper"]["$schema"], "$id": _PREFIX, "$defs": all_of_them}
    if name not in SCHEMAS:
        msg = f"no schema {name!r}: the schemas are {', '.join(SCHEMAS)}"
        raise InputError(msg)
    found = _read(name)
    # https://json-schema.org/draft/2020-12/json-schema-core#section-9.3: a bundled schema keeps its
    # $id, so that references to it need no change.
    others = {one: _read(one) for one in _referred(name)}
    return {**found, "$defs": others} if others else found


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_DIRECTORY / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _referred(name: str) -> list[str]:
    names = re.findall(rf'"\$ref": "{_PREFIX}:([\w-]+)"', json.dumps(_read(name)))
    return list(dict.fromkeys(other for one in names for other in [one, *_referred(one)]))
