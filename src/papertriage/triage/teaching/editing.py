"""Change topic definitions, by options or in the user's editor."""

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
    """Return the document of a topic with phrases added and dropped, and another promise."""
    lists: dict[str, list[str]] = {}
    for key in ("phrases", "misleading"):
        old: tuple[str, ...] = getattr(topic, key)
        lists[key] = [one for one in dict.fromkeys([*old, *add[key]]) if one not in drop]
    missing = [one for one in drop if one not in (*topic.phrases, *topic.misleading)]
    if missing:
        msg = f"topic {topic.name!r} has no phrase {missing[0]!r} to drop"
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
    """Open the definition in $VISUAL or $EDITOR and read what comes back; raises InputError.

    It lies in a directory of its own, which later runs remove where this one is killed.
    """
    if not _someone_is_there():
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
            # The user's own setting may hold options, as git allows: EDITOR="code --wait".
            subprocess.run([*shlex.split(editor), str(path)], check=True)  # noqa: S603 - as above
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            msg = f"the editor {editor!r} failed ({error}): set EDITOR, or use the options"
            raise InputError(msg) from error
        return load_topic(path)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _someone_is_there() -> bool:
    # An editor that draws on the terminal reads keys from one and shows itself on another.
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
