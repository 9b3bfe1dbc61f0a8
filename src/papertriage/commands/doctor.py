"""Check and repair the cache."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from papertriage import __version__, clock, paths
from papertriage.cache.connection import examined, opened, writing
from papertriage.cache.indexing import rebuild
from papertriage.cache.placing import megabytes
from papertriage.cache.rescue.backup import back_up
from papertriage.cache.rescue.health import problems, versions
from papertriage.cache.rescue.mending import LeftOut
from papertriage.cache.rescue.replaying import replay
from papertriage.cache.rescue.restoring import restore
from papertriage.cache.rescue.salvage import Salvaged, lines_of, salvage
from papertriage.cache.rescue.syncing import synced_by
from papertriage.cache.rescue.upkeep import tighten
from papertriage.cache.status import storage, storage_text
from papertriage.errors import CacheUnusable, ExitCode, InputError, OutputError, PapertriageError
from papertriage.files.reading import FORMS
from papertriage.formats import written
from papertriage.formats.output import write_output
from papertriage.render.terminal import note, progress
from papertriage.text import counted, visible
from papertriage.triage.intake.splitting import split_and_tag
from papertriage.triage.naming import id_of
from papertriage.triage.teaching.followed import load_followed

Deep = Annotated[bool, typer.Option("--deep", help="Read every row and compare every index.")]
Backup = Annotated[
    str | None,
    typer.Option(
        "--backup", metavar="FILE", help="Copy the cache to FILE, even while it is in use."
    ),
]
Restore = Annotated[
    str | None,
    typer.Option(
        "--restore",
        metavar="FILE",
        help="Replace the cache with the backup in FILE, keeping newer decisions and labels.",
    ),
]
Salvage = Annotated[
    str | None,
    typer.Option(
        "--salvage",
        metavar="FILE",
        help="Salvage the contents of a damaged or outdated cache into FILE.",
    ),
]
Vacuum = Annotated[bool, typer.Option("--vacuum", help="Shrink the cache file.")]
Rebuild = Annotated[bool, typer.Option("--rebuild-index", help="Rebuild the search index.")]
Replay = Annotated[
    bool,
    typer.Option("--replay-journal", help="Rebuild decisions and labels from the journal."),
]
Split = Annotated[
    str | None,
    typer.Option("--split", metavar="ID", help="Undo the last merge of a paper: split it in two."),
]
Force = Annotated[
    bool, typer.Option("--force", help="Overwrite a FILE that papertriage did not write.")
]


def command(
    deep: Deep = False,
    backup: Backup = None,
    restore: Restore = None,
    salvage: Salvage = None,
    vacuum: Vacuum = False,
    rebuild_index: Rebuild = False,
    replay_journal: Replay = False,
    split: Split = None,
    force: Force = False,
) -> None:
    """Check the cache for damage, and exit with code 1 if there is any.

    Nothing is changed unless an option asks for it.
    """
    asked = (backup, restore, salvage, split, vacuum, rebuild_index, replay_journal, deep)
    if sum(bool(one) for one in asked) > 1:
        msg = "these options cannot be used together: use one at a time, besides --force"
        raise InputError(msg)
    if backup:
        _back_up_to(backup, force=force)
    elif restore:
        _restore_from(restore)
    elif salvage:
        _salvage_to(salvage, force=force)
    elif vacuum:
        _shrink()
    elif replay_journal:
        with opened(paths.cache_path()) as connection, writing(connection):
            replay(connection)
        note("rebuilt decisions and labels from the journal")
    elif split:
        name = id_of(split)
        with opened(paths.cache_path()) as connection:
            for paper in split_and_tag(connection, name, clock.stamp(clock.now())):
                note(f"{paper.id}: {paper.title}")
    else:
        _check(deep=deep, rebuild_index=rebuild_index)


def _check(*, deep: bool, rebuild_index: bool) -> None:
    """Print problems, versions and where the cache is; exit with code 1 if there are problems."""
    paths.sweep_home()
    cache = paths.cache_path()
    # An empty file is not a cache yet.
    if not cache.exists() or (cache.is_file() and not cache.stat().st_size):
        _say(f"there is no cache yet: {cache}")
        return
    try:
        if rebuild_index:
            with opened(cache) as connection, writing(connection):
                rebuild(connection)
            note("rebuilt the search index")
        with examined(cache) as connection:
            found = [*problems(connection, deep=deep)]
            info = [*versions(connection), f"papertriage {__version__}"]
            info.append(f"{cache} is written {storage_text(storage(connection, cache))}")
    except CacheUnusable as error:
        raise _with_rescue(error) from error
    try:
        load_followed()
    except PapertriageError as error:
        found.append(str(error))
    info += [] if found else ["no problems found"]
    if program := synced_by(cache):
        info.append(_in_synced_folder(program))
    write_output([f"{visible(line)}\n" for line in [*found, *info]], None)
    if found:
        raise typer.Exit(ExitCode.FAILED)


def _in_synced_folder(program: str) -> str:
    return (
        f"warning: {program} seems to sync {paths.cache_path().parent}, which can damage the cache"
        " or overwrite it with another machine's: move it to another directory (PAPERTRIAGE_HOME or"
        " --cache), sync a backup (`papertriage doctor --backup FILE`), and merge it on the other"
        " machine (`papertriage doctor --restore FILE`)"
    )


def _with_rescue(error: CacheUnusable) -> CacheUnusable:
    """Add to an error how many journal entries can be salvaged, if SQLite cannot read the file."""
    lines = lines_of(paths.cache_path()) if isinstance(error.__cause__, sqlite3.Error) else []
    if not lines:
        return error
    hint = "" if "--salvage" in str(error) else ": `papertriage doctor --salvage FILE` saves them"
    return CacheUnusable(f"{error}; {len(lines):,} journal entries can still be read{hint}")


def _back_up_to(file: str, *, force: bool) -> None:
    """Copy the cache, and say what the copy does not contain."""
    target = _output_path(file, force=force)
    with progress("copying the cache") as advance:
        rows = back_up(paths.cache_path(), target, advance)
    written.remember(written.content_hash(target))
    size = megabytes(target.stat().st_size)
    _say(f"{target}: {rows['papers']:,} papers, {rows['journal']:,} journal entries, {size}")
    if paths.config_path().exists() or paths.topics_dir().is_dir():
        note(f"settings, topics and models are not included: back up {paths.config_dir()} as well")


def _restore_from(file: str) -> None:
    """Replace the cache with a backup, and say where the previous cache is."""
    stamp = clock.now().strftime("%Y-%m-%dT%H%M%SZ")
    cache = paths.cache_path()
    paths.private_directory(cache.parent)
    with progress("copying the backup") as advance:
        done = restore(Path(file).absolute(), cache, stamp, advance)
    _say(f"restored {cache} from {file}")
    if done.aside:
        _say(
            f"carried over {done.lines:,} journal entries and {done.rows:,} other rows;"
            f" the previous cache is {done.aside}"
        )


def _shrink() -> None:
    path = paths.cache_path()
    with opened(path) as connection:
        before, after = tighten(connection, path)
    _say(f"{path}: {megabytes(before)} before, {megabytes(after)} now")


def _salvage_to(file: str, *, force: bool) -> None:
    """Write what can be read of the cache to a new cache, and say what was lost."""
    cache, target = paths.cache_path(), _output_path(file, force=force)
    if not cache.is_file():
        msg = f"there is no cache: {cache}"
        raise CacheUnusable(msg)
    done = salvage(cache, target)
    written.remember(written.content_hash(target))
    for name in done.rows:
        if done.rows[name] or name in done.lost:
            _say(f"{name}: {done.rows[name]:,} rows{_lost(done, name)}")
    for one in done.left_out:
        _say(_left_out(one))
    _say(f"{cache} is unchanged; replace it with `papertriage doctor --restore {file}`")
    if {"papers", "tags"} & set(done.lost):
        note("the next fetch or import restores lost papers, `papertriage topics retag` lost tags")


def _lost(done: Salvaged, name: str) -> str:
    if name not in done.lost:
        return ""
    count = done.lost[name]
    return ", some lost" if count is None else f", {count:,} lost"


def _left_out(one: LeftOut) -> str:
    fetch = f"`papertriage fetch {one.source} --since {one.first}`"
    way = "import that file again" if one.source in FORMS else f"run {fetch}"
    them = "it" if one.papers == 1 else "them"
    return f"left out {counted(one.papers, 'paper')} of {one.feed}: to restore {them}, {way}"


def _say(line: str) -> None:
    """Print one line."""
    write_output([f"{visible(line)}\n"], None)


def _output_path(file: str, *, force: bool) -> Path:
    """Return the path to write; raises OutputError for a file that papertriage did not write."""
    target, cache = Path(file).resolve(), paths.cache_path()
    if "\0" in file or target.is_dir() or not target.parent.is_dir():
        msg = f"{visible(file)} is not a writable path: its directory must exist"
        raise OutputError(msg)
    if target.exists() and cache.exists() and target.samefile(cache):
        msg = f"{file} is the cache itself: choose another file"
        raise InputError(msg)
    ours = target.exists() and (
        not target.stat().st_size or written.is_ours(written.content_hash(target))
    )
    if target.exists() and not (ours or force):
        msg = (
            f"{visible(file)} was not overwritten: papertriage did not write it, or it was changed"
            " since: use --force to overwrite it"
        )
        raise OutputError(msg)
    return target
