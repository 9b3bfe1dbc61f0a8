"""Save what a damaged or an earlier cache holds, and say what that is."""

from __future__ import annotations

import sqlite3

from papertriage import paths
from papertriage.cache.rescue.mending import LeftOut
from papertriage.cache.rescue.salvage import Salvaged, lines_of, salvage
from papertriage.commands._doctoring import output_path, say
from papertriage.errors import CacheUnusable
from papertriage.files.reading import FORMS
from papertriage.formats import written
from papertriage.render.terminal import note
from papertriage.text import counted


def salvage_to(file: str, *, force: bool) -> None:
    """Write a new cache of what can be read of the cache, and say what could not."""
    cache, target = paths.cache_path(), output_path(file, force=force)
    if not cache.is_file():
        msg = f"there is no cache {cache}"
        raise CacheUnusable(msg)
    done = salvage(cache, target)
    written.remember(written.content_hash(target))
    for name in done.rows:
        if done.rows[name] or name in done.lost:
            say(f"{name}: {done.rows[name]:,} rows{_lost(done, name)}")
    for one in done.left_out:
        say(_left_out(one))
    say(f"{cache} is as it was; put the new one in its place: papertriage doctor --restore {file}")
    if {"papers", "tags"} & set(done.lost):
        note(
            "lost papers come back with the next fetch or import, and lost tags with"
            " `papertriage topics retag`"
        )


def damaged(error: CacheUnusable) -> CacheUnusable:
    """Add to an error what can still be read, where SQLite could not read the file."""
    cache = paths.cache_path()
    lines = lines_of(cache) if isinstance(error.__cause__, sqlite3.Error) else []
    if not lines:
        return error
    hint = "" if "--salvage" in str(error) else ": `papertriage doctor --salvage FILE` saves them"
    return CacheUnusable(f"{error}; {len(lines):,} lines of the journal can be read in it{hint}")


def _lost(done: Salvaged, name: str) -> str:
    if name not in done.lost:
        return ""
    count = done.lost[name]
    return ", some lost" if count is None else f", {count:,} lost"


def _left_out(one: LeftOut) -> str:
    fetch = f"`papertriage fetch {one.source} --since {one.first}`"
    way = "`papertriage import` of that file" if one.source in FORMS else fetch
    them = "it" if one.papers == 1 else "them"
    return f"left out: {counted(one.papers, 'paper')} of {one.feed}: {way} brings {them} again"
