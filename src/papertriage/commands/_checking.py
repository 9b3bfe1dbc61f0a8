"""Check the cache and the models for `papertriage doctor`, and say what is wrong."""

from __future__ import annotations

import typer

from papertriage import __version__, paths
from papertriage.cache.connection import examined, opened, writing
from papertriage.cache.indexing import rebuild
from papertriage.cache.rescue.health import problems, versions
from papertriage.cache.rescue.syncing import synced_by
from papertriage.cache.status import storage, storage_text
from papertriage.commands._doctoring import say, whole
from papertriage.commands._salvaging import damaged
from papertriage.errors import CacheUnusable, ExitCode, PapertriageError
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.text import visible
from papertriage.triage.teaching.followed import load_followed


def check(*, deep: bool, rebuild_index: bool) -> None:
    """Print what is wrong, the versions, and whether the cache is in order; else exit code 1."""
    paths.sweep_home()
    if not whole():
        say(f"there is no cache yet: {paths.cache_path()}")
        return
    try:
        if rebuild_index:
            with opened(paths.cache_path()) as connection, writing(connection):
                rebuild(connection)
            note("the search index is new")
        with examined(paths.cache_path()) as connection:
            found = [*problems(connection, deep=deep)]
            said = [*versions(connection), f"papertriage {__version__}"]
            writes = storage_text(storage(connection, paths.cache_path()))
            said.append(f"{paths.cache_path()} is written {writes}")
    except CacheUnusable as error:
        raise damaged(error) from error
    try:
        load_followed()
    except PapertriageError as error:
        found.append(str(error))
    said += [] if found else ["the cache is in order"]
    if program := synced_by(paths.cache_path()):
        said.append(_in_synced_folder(program))
    write_output([f"{visible(line)}\n" for line in [*found, *said]], None)
    if found:
        raise typer.Exit(ExitCode.FAILED)


def _in_synced_folder(program: str) -> str:
    return (
        f"warning: {program} seems to sync {paths.cache_path().parent}, and may copy the cache"
        " while it is written or put another machine's in its place: keep it in another directory"
        " (PAPERTRIAGE_HOME or --cache), and let that program sync a copy (`papertriage doctor"
        " --backup FILE`), which `papertriage doctor --restore FILE` joins to another machine's"
    )
