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

# The longest abstract of arXiv has 1,920 characters by its own limit; a line this long is no paper.
_LONGEST = 10_000_000


def tagged_lines(path: str) -> Iterator[tuple[str, str | None]]:
    """Yield (line with topics, None) for each paper, or ("", fault) for a line that holds none."""
    score = scorer(load_followed().models)
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            yield _tagged(line, score), None
        except (InputError, ValueError, RecursionError) as error:
            yield "", f"line {number}: {error}: skipped"


def is_parquet(path: str) -> bool:
    """Tell whether a file begins as Parquet does; a pipe is not looked into."""
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
    # 1e999 is JSON, and too much for a float: it would come out as Infinity, which is not.
    text = _ENCODER.encode(paper)
    return text + "\n"


def _refuse(name: str) -> float:
    msg = f"{name} is not a JSON number"
    raise InputError(msg)


# Made once: json.loads() and json.dumps() make a new one for each line, a twentieth of the time.
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
