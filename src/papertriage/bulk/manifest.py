"""Write manifest.json: the contents of each output file, and the time it took."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from papertriage.bulk.plan import TaggingRun
from papertriage.errors import InputError
from papertriage.paths import sweep, temporary_beside

NAME = "manifest.json"
_SCHEMA = 1


def read_manifest(output: str) -> dict[str, dict[str, Any]]:
    """Return the entries of an earlier run by place, empty if there was none.

    Raises InputError if the manifest was written by another program.
    """
    path = Path(output, NAME)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if "papertriage" not in document:
            raise ValueError  # noqa: TRY301 - as for any other content
        return {one["file"]: one for one in document["files"]}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, LookupError, TypeError) as error:
        msg = f"{path} was not written by papertriage: choose another --output, or move it"
        raise InputError(msg) from error


def write_manifest(run: TaggingRun, entries: Mapping[str, dict[str, Any]]) -> None:
    """Write atomically the entries whose output files exist, in order of their places."""
    output = Path(run.output)
    there = [entries[place] for place in sorted(entries) if (output / place).exists()]
    document = {
        "schema": _SCHEMA,
        "papertriage": run.version,
        "model": run.model,
        "topics": dict(run.topics),
        "rows": sum(one["rows"] for one in there),
        "files": there,
    }
    temporary = temporary_beside(output / NAME)
    try:
        temporary.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        now = temporary.stat().st_mtime
        temporary.replace(output / NAME)
    finally:
        temporary.unlink(missing_ok=True)
    sweep(output, now)
