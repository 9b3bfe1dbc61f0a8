"""Tag a stream of JSON lines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from papertriage.errors import InputError
from papertriage.formats.paper_json import topics_json
from papertriage.models import Paper
from papertriage.text import clean
from papertriage.triage.teaching.followed import load_followed, scorer

# arXiv limits abstracts to 1,920 characters: a line this long is not a paper.
_LONGEST = 10_000_000


def tagged_lines(path: str) -> Iterator[tuple[str, str | None]]:
    """Yield (line with topics, None) for each paper, or ("", error) for each invalid line."""
    score = scorer(load_followed().models)
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            yield _tagged(line, score), None
        except (InputError, ValueError, RecursionError) as error:
            yield "", f"skipped line {number}: {error}"


def is_parquet(path: str) -> bool:
    """Return whether a file starts like a Parquet file; pipes are not read."""
    if not os.path.isfile(path):  # noqa: PTH113 - cheaper at start-up than pathlib
        return False
    try:
        with open(path, "rb") as file:
            return file.read(4) == b"PAR1"
    except OSError:
        return False


def _tagged(line: str, score: Any) -> str:  # noqa: ANN401 - a Scorer
    if len(line) > _LONGEST:
        msg = f"longer than {_LONGEST:,} characters"
        raise InputError(msg)
    try:
        paper = _DECODER.decode(line)
    except (InputError, ValueError, RecursionError) as error:
        msg = f"not JSON ({error})"
        raise InputError(msg) from error
    if not isinstance(paper, dict) or not isinstance(paper.get("title"), str):
        msg = "not an object with a title"
        raise InputError(msg)
    abstract = paper.get("abstract")
    if not isinstance(abstract, str | None):
        msg = "the abstract is not text"
        raise InputError(msg)
    scores = score(Paper("", clean(paper["title"]), clean(abstract) if abstract else None))
    paper["topics"] = topics_json(scores)
    # 1e999 is valid JSON, but overflows to Infinity, which is not: _ENCODER raises then.
    text = _ENCODER.encode(paper)
    return text + "\n"


def _refuse(name: str) -> float:
    msg = f"{name} is not a JSON number"
    raise InputError(msg)


# Created once: json.loads() and json.dumps() create one per line, which takes 5% of the time.
_DECODER = json.JSONDecoder(parse_constant=_refuse)
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def _lines(path: str) -> Iterable[str]:
    if path == "-":
        if sys.stdin is None:
            return
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]  # TextIO of the interpreter
        yield from sys.stdin
        return
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            yield from file
    except OSError as error:
        msg = f"{path}: {error.strerror or error}"
        raise InputError(msg) from error
