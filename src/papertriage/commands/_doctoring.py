"""Copy, restore and tighten the cache for `papertriage doctor`, and say what was done."""

from __future__ import annotations

from pathlib import Path

from papertriage import clock, paths
from papertriage.cache.connection import opened, writing
from papertriage.cache.placing import megabytes
from papertriage.cache.rescue.backup import back_up
from papertriage.cache.rescue.replaying import replay
from papertriage.cache.rescue.restoring import restore
from papertriage.cache.rescue.upkeep import tighten
from papertriage.errors import InputError, OutputError
from papertriage.formats import written
from papertriage.formats.output import write_output
from papertriage.render.terminal import note, progress
from papertriage.text import visible

ONE_THING = "papertriage doctor does one thing at a time: give one of its options"


def write_backup(file: str, *, force: bool) -> None:
    """Write a copy of the cache, and say what is not in it."""
    target = output_path(file, force=force)
    with progress("copying the cache") as advance:
        rows = back_up(paths.cache_path(), target, advance)
    written.remember(written.content_hash(target))
    size = megabytes(target.stat().st_size)
    say(f"{target}: {rows['papers']:,} papers, {rows['journal']:,} lines of the journal, {size}")
    if paths.config_path().exists() or paths.topics_dir().is_dir():
        note(f"your settings, topics and models are files in {paths.config_dir()}: copy them too")


def restore_from(file: str) -> None:
    """Put a file in the cache's place, and say where the cache of before is."""
    stamp = clock.now().strftime("%Y-%m-%dT%H%M%SZ")
    cache = paths.cache_path()
    paths.private_directory(cache.parent)
    with progress("copying the backup") as advance:
        done = restore(Path(file).absolute(), cache, stamp, advance)
    say(f"{cache} is restored from {file}")
    if done.aside:
        say(
            f"carried over: {done.lines:,} lines of the journal, {done.rows:,} other rows;"
            f" the cache of before is {done.aside}"
        )


def rebuild_tables(*, vacuum: bool) -> None:
    """Write the file anew without holes, or decisions and labels as the journal says."""
    path = paths.cache_path()
    with opened(path) as connection:
        if vacuum:
            before, after = tighten(connection, path)
            say(f"{path}: {megabytes(before)} before, {megabytes(after)} now")
            return
        with writing(connection):
            replay(connection)
        note("decisions and labels are what the journal says")


def whole() -> bool:
    """Say whether there is a cache to check; a file of no bytes is none yet."""
    path = paths.cache_path()
    return path.exists() and not (path.is_file() and not path.stat().st_size)


def say(line: str) -> None:
    """Print one line."""
    write_output([f"{visible(line)}\n"], None)


def output_path(file: str, *, force: bool) -> Path:
    """Return where to write; raises OutputError for a file that papertriage did not write."""
    target, cache = Path(file).resolve(), paths.cache_path()
    if "\0" in file or target.is_dir() or not target.parent.is_dir():
        msg = f"{visible(file)} is no place for a file: name one in a directory that is there"
        raise OutputError(msg)
    if target.exists() and cache.exists() and target.samefile(cache):
        msg = f"{file} is the cache itself: name another file"
        raise InputError(msg)
    ours = target.exists() and (
        not target.stat().st_size or written.is_ours(written.content_hash(target))
    )
    if target.exists() and not (ours or force):
        msg = (
            f"{visible(file)} is left as it is: papertriage did not write it, or it was changed"
            " since; --force replaces it"
        )
        raise OutputError(msg)
    return target
