"""Replay a digest as it was written, and say whether a file still is what would be written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from papertriage import __version__, clock
from papertriage.cache import digests as stored_digests
from papertriage.cache import picks
from papertriage.cache.digests import StoredDigest, Written, settings_hash, text_hash
from papertriage.cache.listing import current_ids
from papertriage.errors import InputError
from papertriage.formats.digest import DIGEST_FORMATS, days, digest_text, marked
from papertriage.models import CachedPaper, Filters
from papertriage.text import counted, visible
from papertriage.triage.day.digesting import Wanted, settings_behind
from papertriage.triage.teaching.followed import following, scorer

_HASH = 8
_NAMED = 3
# A score is a sum of floats, rounded to four digits of log-odds before it becomes one.
_SAME = 1e-9


class Replay(NamedTuple):
    """A digest's text as it was written, whether that is certain, and how it was made again."""

    text: str
    same: bool
    told: str


class Rescored(NamedTuple):
    """How many picks the same models scored alike again, and how many are as recorded, and why."""

    again: int
    recorded: int
    changed: tuple[str, ...]
    differing: tuple[CachedPaper, ...]


class Verification(NamedTuple):
    """Whether a file reproduces, and the lines that say it."""

    same: bool
    lines: tuple[str, ...]


def replayed(connection: sqlite3.Connection, wanted: Wanted, form: str) -> Replay:
    """Write the last digest of a day again that was asked for in the same way.

    Raises InputError where none was stored.
    """
    found = stored_digests.digests_of(connection, wanted.day.isoformat())
    alike = [one for one in found if one.digest.asked == wanted.words()]
    if not alike:
        raise InputError(_none_alike(found, wanted))
    in_form = [one for one in alike if _written_in(connection, one, form)]
    one = max(in_form or alike, key=lambda kept_one: _on_its_day(kept_one, wanted))
    text = digest_text(form, one.digest)
    before = _written_in(connection, one, form)
    told = f"the digest of {days(one.digest)}, made at {one.digest.made}: {_said(_rescored(one))}"
    if not before:
        return Replay(text, same=True, told=f"{told}; it was not written as {form} then")
    if text_hash(text) in {written.sha256 for written in before}:
        return Replay(text, same=True, told=f"{told}; the same bytes as then")
    return Replay(text, same=False, told=f"{told}; {_other_version(before[-1])}")


def verified(connection: sqlite3.Connection, content: bytes) -> Verification:
    """Say whether a file is what a digest of this cache would give again, or what differs."""
    from hashlib import sha256

    written = stored_digests.written_as(connection, sha256(content).hexdigest())
    text = content.decode("utf-8", "replace")
    name = written.digest if written else marked(text)
    one = stored_digests.digest_by_id(connection, name) if name else None
    if one is None:
        return Verification(same=False, lines=("not a digest of this cache",))
    title = f"the digest of {days(one.digest)}, made at {one.digest.made}"
    differs = [*_edited(connection, one, written, text), *_changes(connection, one)]
    if not differs:
        return Verification(same=True, lines=(f"reproduces: {title}: {_said(_rescored(one))}",))
    lines = [f"does not reproduce: {title}", *(f"  {visible(line)}" for line in differs)]
    if written and digest_text(written.format, one.digest) == text:
        lines.append("  the file itself is as it was written: --as-of replays it from its record")
    return Verification(same=False, lines=tuple(lines))


def _none_alike(found: Sequence[StoredDigest], wanted: Wanted) -> str:
    asked = " ".join(wanted.words()) or "no options"
    if not found:
        return f"no digest of {wanted.day} was kept: --date {wanted.day} makes one of its picks"
    ways = dict.fromkeys(" ".join(one.digest.asked) or "no options" for one in found)
    return visible(
        f"no digest of {wanted.day} was asked for with {asked}: there is one with"
        f" {', one with '.join(ways)}"
    )


def _on_its_day(one: StoredDigest, wanted: Wanted) -> tuple[bool, str]:
    made = one.digest.made
    return clock.local_day(datetime.fromisoformat(made)) == wanted.day, made


def _written_in(connection: sqlite3.Connection, one: StoredDigest, form: str) -> list[Written]:
    return [w for w in stored_digests.written_of(connection, one.digest.id) if w.format == form]


def _other_version(written: Written) -> str:
    return (
        f"papertriage {visible(written.version)} wrote it otherwise than papertriage"
        f" {__version__} does"
    )


def _edited(
    connection: sqlite3.Connection, one: StoredDigest, written: Written | None, text: str
) -> Iterator[str]:
    if written:
        if digest_text(written.format, one.digest) != text:
            yield _other_version(written)
        return
    again = [
        digest_text(before.format, one.digest)
        for before in stored_digests.written_of(connection, one.digest.id)
        if before.format in DIGEST_FORMATS
    ]
    line = max((_alike(text, other) for other in again), default=0) + 1
    yield f"the file was changed since it was written: line {line} is the first that differs"


def _alike(text: str, other: str) -> int:
    """Count the lines at the start that are the same."""
    lines, others = text.split("\n"), other.split("\n")
    pairs = zip(lines, others, strict=False)
    same = (n for n, (one, two) in enumerate(pairs) if one != two)
    return next(same, min(len(lines), len(others)))


def _changes(connection: sqlite3.Connection, one: StoredDigest) -> Iterator[str]:
    """Say what is no longer as it was when the digest was made."""
    now = {name: model for name, _, model in following().rows}
    for name, model in sorted(one.behind.models.items()):
        if name not in now:
            yield f"the topic {name} is not followed any more"
        elif now[name] != model:
            yield f"the model of {name} changed ({model[:_HASH]} then, {now[name][:_HASH]} now)"
    yield from (f"the topic {name} is new" for name in sorted(now) if name not in one.behind.models)
    then = one.behind.settings
    settings = settings_behind(limited="picks.limit" in then)
    if settings_hash(then) != settings_hash(settings):
        for key in sorted(then):
            if then[key] != settings.get(key):
                yield f"the setting {key} changed ({then[key]} then, {settings.get(key)} now)"
    yield from _picks_changed(connection, one)
    differing = _rescored(one).differing
    if differing:
        yield f"the same model scores {_named(differing)} otherwise now"


def _rescored(one: StoredDigest) -> Rescored:
    """Score the texts of then with the models that are still the same."""
    loaded = following()
    same = {name for name, _, model in loaded.rows if one.behind.models.get(name) == model}
    score = scorer(loaded.models)
    again, recorded, differing = 0, 0, []
    for pick in one.digest.picks:
        now = {found.topic: found.score for found in score(pick.paper)} if same else {}
        if any(
            abs(then.score - now[then.topic]) > _SAME for then in pick.topics if then.topic in same
        ):
            differing.append(pick)
        elif all(then.topic in same for then in pick.topics):
            again += 1
        else:
            recorded += 1
    scored = {topic.topic for pick in one.digest.picks for topic in pick.topics}
    return Rescored(again, recorded, tuple(sorted(scored - same)), tuple(differing))


def _said(rescored: Rescored) -> str:
    parts = []
    if rescored.again:
        parts.append(f"{counted(rescored.again, 'pick')} scored again by the same models")
    if rescored.recorded:
        topics = ", ".join(rescored.changed)
        told = f"{counted(rescored.recorded, 'pick')} from the record, for other models"
        parts.append(f"{told} score {topics} now")
    if rescored.differing:
        told = counted(len(rescored.differing), "pick")
        parts.append(f"{told} from the record, for the same models score them otherwise now")
    return visible(", ".join(parts) or "nothing was picked")


def _picks_changed(connection: sqlite3.Connection, one: StoredDigest) -> Iterator[str]:
    first, last = one.digest.first or one.digest.day, one.digest.day
    held = picks.picked_between(connection, first, last, Filters())
    known = {paper.paper.id: paper.pick for paper in held}
    then = {paper.paper.id: paper for paper in one.digest.picks}
    ids = current_ids(connection, list(then))
    gone = [paper for name, paper in then.items() if ids.get(name) not in known]
    if gone:
        yield f"the picks changed: {_named(gone)} picked then, not among those days' picks now"
    other = [
        paper
        for name, paper in then.items()
        if (now := known.get(ids.get(name, "")))
        and paper.pick
        and (now.topic, now.score) != (paper.pick.topic, paper.pick.score)
    ]
    if other:
        yield f"the picks changed: {_named(other)} picked for another topic or score now"


def _named(papers: Sequence[CachedPaper]) -> str:
    names = ", ".join(paper.paper.id for paper in papers[:_NAMED])
    more = len(papers) - _NAMED
    return f"{names} and {more} more" if more > 0 else names
