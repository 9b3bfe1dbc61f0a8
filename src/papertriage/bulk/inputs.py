"""Find the Parquet files to tag, and the place of each output file."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from papertriage.errors import InputError
from papertriage.text import visible

_ENDINGS = (".parquet", ".parq", ".pq")


class Input(NamedTuple):
    """A file, and its place below the output directory."""

    path: str
    place: str


def find_inputs(names: Sequence[str], output: str) -> list[Input]:
    """List the files given by names: files, directory trees and patterns, each file once.

    Places are relative to the directory or to the fixed beginning of the pattern; hidden files and
    files in the output directory are left out. Raises InputError if a name matches nothing, two
    files would get the same place, or a file would overwrite itself.
    """
    output = os.path.realpath(output)
    found: dict[str, Input] = {}
    places: dict[str, str] = {}
    for name in names:
        here = list(_files(name, output))
        if not here:
            msg = f"{visible(name)}: no Parquet files ({', '.join(_ENDINGS)}) outside --output"
            raise InputError(msg)
        for one in here:
            if found.setdefault(one.path, one) is not one:
                continue
            if (other := places.setdefault(one.place, one.path)) != one.path:
                msg = (
                    f"{visible(other)} and {visible(one.path)} would both be written to "
                    f"{one.place}: name their common directory instead"
                )
                raise InputError(msg)
            if str(Path(output, one.place)) == one.path:
                msg = f"{visible(one.path)} would overwrite itself: choose another --output"
                raise InputError(msg)
    return list(found.values())


def _files(name: str, output: str) -> Iterator[Input]:
    if Path(name).is_dir():
        yield from _below(os.path.realpath(name), _tree(name), output)
    elif os.path.exists(name):
        yield Input(os.path.realpath(name), Path(name).name)
    elif glob.has_magic(name):
        fixed = name[: name.index(min(_magic(name), key=name.index))]
        matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - Path.glob rejects absolute patterns
        root = os.path.realpath(fixed[: fixed.rfind(os.sep) + 1] or ".")
        yield from _below(root, filter(os.path.isfile, matches), output)
    else:
        msg = f"{visible(name)}: no such file or directory"
        raise InputError(msg)


def _magic(name: str) -> list[str]:
    return [letter for letter in "*?[" if letter in name]


def _tree(name: str) -> Iterator[str]:
    for folder, folders, files in os.walk(name):
        folders[:] = sorted(one for one in folders if not one.startswith((".", "_")))
        for file in sorted(files):
            if file.lower().endswith(_ENDINGS) and not file.startswith((".", "_")):
                yield str(Path(folder, file))


def _below(root: str, files: Iterable[str], output: str) -> Iterator[Input]:
    for file in files:
        # Read the target of a link, but place the output by the link itself.
        place = Path(os.path.realpath(Path(file).parent), Path(file).name)
        if not place.is_relative_to(output):
            yield Input(os.path.realpath(file), os.path.relpath(place, root))
