"""Edit topic definitions, by options or in the user's editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from papertriage import paths
from papertriage.errors import InputError
from papertriage.topics.definitions import Topic, dump_topic, load_topic
from papertriage.triage.teaching.followed import definition_path


def edited_document(
    topic: Topic,
    *,
    add: Mapping[str, Sequence[str]],
    drop: Sequence[str],
    promise: Mapping[str, float | None],
    best: bool,
) -> dict[str, Any]:
    """Return a topic's definition with phrases added and dropped, and a new threshold target."""
    lists: dict[str, list[str]] = {}
    for key in ("phrases", "misleading"):
        old: tuple[str, ...] = getattr(topic, key)
        lists[key] = [one for one in dict.fromkeys([*old, *add[key]]) if one not in drop]
    missing = [one for one in drop if one not in (*topic.phrases, *topic.misleading)]
    if missing:
        msg = f"topic {topic.name!r} has no phrase {missing[0]!r}: see `papertriage topics show`"
        raise InputError(msg)
    promised = {name: value for name, value in promise.items() if value is not None}
    if not promised and not best and topic.promise:
        promised = {topic.promise.measure: topic.promise.value}
    return {
        "name": topic.name,
        "description": topic.description,
        **lists,
        "examples": list(topic.examples),
        **promised,
    }


def edited_by_hand(topic: Topic) -> Topic:
    """Open the definition in $VISUAL or $EDITOR, and return the edited one; raises InputError.

    The file is in a temporary directory, which later runs remove if this one is killed.
    """
    if not _has_terminal():
        msg = "cannot open an editor without a terminal: use options such as --phrase"
        raise InputError(msg)
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    target = definition_path(topic.name)
    directory = paths.temporary_beside(target)
    paths.private_directory(directory)
    path = directory / target.name
    try:
        path.write_text(dump_topic(topic), encoding="utf-8")
        try:
            # As in git, the variable may contain options: EDITOR="code --wait".
            subprocess.run([*shlex.split(editor), str(path)], check=True)  # noqa: S603 - as above
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            msg = f"editor {editor!r} failed ({error}): set EDITOR, or use options such as --phrase"
            raise InputError(msg) from error
        return load_topic(path)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _has_terminal() -> bool:
    # An editor needs a terminal for both input and output.
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
