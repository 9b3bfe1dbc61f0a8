"""Read labelled papers from JSON lines, grouped by venue."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from papertriage.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a paper."""

    title: str
    abstract: str | None


@dataclass(frozen=True, slots=True)
class LabelledPaper:
    """A paper with a person's yes or no for some topics.

    Papers of one `group` (a venue and year) are never split by cross-validation.
    """

    id: str
    text: Text
    labels: Mapping[str, bool]
    sure: bool = True
    group: str = ""


def read_labelled(path: Path, topics: tuple[str, ...]) -> list[LabelledPaper]:
    """Read a labelled file; a topic missing from a line's `topics` is a no.

    Raises InputError naming file and line.
    """
    papers = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    papers.append(_paper(line, f"{path}:{number}", topics))
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})"
        raise InputError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path}: not UTF-8 text"
        raise InputError(msg) from error
    return papers


def _paper(line: str, where: str, topics: tuple[str, ...]) -> LabelledPaper:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        msg = f"{where}: not JSON ({error})"
        raise InputError(msg) from error
    if not isinstance(record, dict) or not isinstance(record.get("title"), str):
        msg = f"{where}: expected an object with a string 'title'"
        raise InputError(msg)
    tagged = record.get("topics")
    if not isinstance(tagged, list) or not all(isinstance(one, str) for one in tagged):
        msg = f"{where}: expected a list of topic names under 'topics'"
        raise InputError(msg)
    abstract = record.get("abstract")
    if abstract is not None and not isinstance(abstract, str):
        msg = f"{where}: 'abstract' must be a string or null"
        raise InputError(msg)
    return LabelledPaper(
        id=str(record.get("id", where)),
        text=Text(record["title"], abstract),
        labels={name: name in tagged for name in topics},
        sure=record.get("sure") is not False,
        group=_group(record),
    )


def _group(record: dict[str, Any]) -> str:
    for key in ("group", "venue"):
        if record.get(key):
            return f"{record[key]}{record.get('year', '')}"
    return str(record.get("id", "")).partition(":")[0]
