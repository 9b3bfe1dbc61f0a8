"""Export papers for other programs: to a file, to a file for each topic, or in batches."""

import json
import sqlite3
from typing import Annotated, NamedTuple

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.listing import list_papers
from papertriage.cache.topics import topic_rows
from papertriage.commands import _options as o
from papertriage.commands._opening import seeded
from papertriage.commands._output import OutputTarget, format_of, show
from papertriage.errors import InputError, NothingToShow
from papertriage.formats.output import make_parents, write_output
from papertriage.formats.registry import FEEDS, TITLE
from papertriage.models import Filters
from papertriage.render.terminal import note

Batch = Annotated[
    int | None,
    typer.Argument(
        metavar="[BATCH]", help="With --ack: the number of the batch [default: the open batch]."
    ),
]
Picked = Annotated[bool, typer.Option("--picked", help="Only papers that were picked on any day.")]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit",
        "-n",
        metavar="N",
        min=0,
        help="Export at most N papers (0: all). The default is 100 for feeds, otherwise all.",
    ),
]
Consumer = Annotated[
    str | None,
    typer.Option(
        "--consumer", metavar="NAME", help="Only papers that consumer NAME has not received yet."
    ),
]
Ack = Annotated[
    bool,
    typer.Option("--ack", help="Acknowledge the consumer's open batch: the next export continues."),
]
Changed = Annotated[
    bool,
    typer.Option("--changed", help="Include papers that changed since the consumer received them."),
]
Forget = Annotated[
    bool,
    typer.Option("--forget", help="Forget the consumer, so that all papers are new to it again."),
]
Consumers = Annotated[
    bool,
    typer.Option(
        "--consumers", help="List the consumers with their open batches and waiting papers."
    ),
]
ExcelSafe = Annotated[
    bool,
    typer.Option("--excel-safe", help="Escape CSV cells that spreadsheets would run as formulas."),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to FILE; if its name contains {topic}, write a file for each topic.",
    ),
]

_TOPIC = "{topic}"
_FEED_LENGTH = 100


def command(
    batch: Batch = None,
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    decision: o.Decision = None,
    picked: Picked = False,
    limit: Limit = None,
    consumer: Consumer = None,
    ack: Ack = False,
    changed: Changed = False,
    forget: Forget = False,
    consumers: Consumers = False,
    form: o.Format = None,
    as_json: o.Json = False,
    excel_safe: ExcelSafe = False,
    output: Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Export papers, by default as JSON Lines.

    With --consumer, each paper is exported once to that consumer, in batches. The same batch is
    exported again until you acknowledge it with --ack, so that a crash loses nothing.
    """
    _check_consumer(consumer, batch, ack=ack, changed=changed, forget=forget)
    if consumers or ack or forget:
        _manage_consumers(consumer, batch, ack=ack, forget=forget, as_json=as_json)
        return
    form = format_of(form, as_json=as_json, output=output, default="jsonl")
    filters = o.filters_of(
        topic=topic,
        since=since,
        until=until,
        category=category,
        source=source,
        author=author,
        decision=decision,
        limit=limit or 0,
    )._replace(picked=picked)
    target = OutputTarget(form, output, force, fail_if_empty, excel_safe)
    if consumer is not None:
        _hand_over(consumer, filters, target, changed=changed)
    else:
        _export(filters, target, limit)


class Part(NamedTuple):
    """One file of an export, and the message if no papers match."""

    filters: Filters
    order: str
    target: OutputTarget
    empty: str


def _export(filters: Filters, target: OutputTarget, limit: int | None) -> None:
    """Write the files; with --fail-if-empty, raises NothingToShow if all are empty."""
    with seeded(clock.now()) as connection:
        shown = [
            show(list_papers(connection, part.filters, part.order), part.target, part.empty)
            for part in _parts_of(connection, filters, target, limit)
        ]
    if target.fail_if_empty and not any(shown):
        msg = "no papers of any topic match these filters"
        raise NothingToShow(msg)


def _parts_of(
    connection: sqlite3.Connection, filters: Filters, target: OutputTarget, limit: int | None
) -> list[Part]:
    """Return the files to write: one, or one for each topic if the name contains {topic}.

    Without a limit, a feed file gets the 100 papers that were stored last, whatever their dates:
    they are new to its readers. Raises InputError if no topic is followed.
    """
    feed = target.form in FEEDS
    size = limit if limit is not None else _FEED_LENGTH if feed else 0
    order = "came" if feed else "day"
    filters = filters._replace(limit=size)
    pattern = target.path or ""
    if _TOPIC not in pattern:
        titled = target._replace(title=_title(filters))
        return [Part(filters, order, titled, "no papers match these filters")]
    names = filters.topics or tuple(row.name for row in topic_rows(connection))
    if not names:
        msg = "no topics are followed: add one with `papertriage topics add`"
        raise InputError(msg)
    names = tuple(dict.fromkeys(names))
    target = target._replace(fail_if_empty=target.fail_if_empty and len(names) == 1)
    parts = []
    for name in names:
        of_topic = filters._replace(topics=(name,))
        path = pattern.replace(_TOPIC, name)
        make_parents(path)
        of_file = target._replace(path=path, title=_title(of_topic))
        parts.append(Part(of_topic, order, of_file, f"no {name} papers match these filters"))
    return parts


def _title(filters: Filters) -> str:
    """Return the title of a feed file, which names the filters; its id depends on the title."""
    words = [*filters.topics, *filters.categories, *filters.sources, *filters.authors]
    words += ["picks"] if filters.picked else []
    words += [word for word in (filters.decision,) if word]
    return f"{TITLE}: {', '.join(words)}" if words else TITLE


def _check_consumer(consumer: str | None, batch: int | None, **flags: bool) -> None:
    """Raise InputError if options about consumers are missing or incompatible."""
    given = [f"--{name}" for name, on in flags.items() if on]
    if given and consumer is None:
        msg = f"{given[0]} requires --consumer NAME: `papertriage export --consumers` lists them"
        raise InputError(msg)
    if batch is not None and not flags["ack"]:
        msg = f"unexpected argument {batch}: a batch number requires --ack"
        raise InputError(msg)
    if flags["ack"] and flags["forget"]:
        msg = "--ack and --forget cannot be used together"
        raise InputError(msg)


def _hand_over(consumer: str, filters: Filters, target: OutputTarget, *, changed: bool) -> None:
    """Write the consumer's batch, and say on stderr which it is and how to acknowledge it."""
    from papertriage.cache.handoff import HandoffRequest
    from papertriage.formats.consumer import batch_name
    from papertriage.triage.day.handing import hand

    if target.excel_safe or _TOPIC in (target.path or ""):
        msg = "--consumer cannot be used with --excel-safe or with {topic} in --output"
        raise InputError(msg)
    now = clock.now()
    with seeded(now) as connection:
        wanted = HandoffRequest(filters, changed)
        batch, text = hand(connection, consumer, wanted, target.form, clock.stamp(now))
        if batch is None:
            nothing = f"no new papers for {consumer}"
            if target.fail_if_empty:
                raise NothingToShow(nothing)
            note(nothing)
        write_output(text, target.path, force=target.force)
    if batch:
        how = f"papertriage export --consumer {consumer} --ack {batch.number}"
        note(f"{batch_name(batch)}; acknowledge it with `{how}`")


def _manage_consumers(
    consumer: str | None, batch: int | None, *, ack: bool, forget: bool, as_json: bool
) -> None:
    """Forget a consumer, acknowledge its batch, or list all consumers."""
    if consumer and forget:
        _forget(consumer)
    elif consumer and ack:
        _acknowledge(consumer, batch)
    else:
        _list_consumers(as_json=as_json)


def _acknowledge(consumer: str, number: int | None) -> None:
    from papertriage.cache.handoff import acknowledge
    from papertriage.formats.consumer import batch_name

    with opened(paths.cache_path()) as connection:
        batch = acknowledge(connection, consumer, number, clock.stamp(clock.now()))
    if batch:
        note(f"{batch_name(batch)}, acknowledged")
    elif number is not None:
        note(f"batch {number} of {consumer} was already acknowledged")
    else:
        note(f"{consumer} has no open batch to acknowledge")


def _forget(consumer: str) -> None:
    from papertriage.cache.handoff import forget_consumer

    with opened(paths.cache_path()) as connection:
        forget_consumer(connection, consumer)
    note(f"{consumer} is forgotten: all papers are new to it again")


def _list_consumers(*, as_json: bool) -> None:
    from papertriage.cache.handoff import consumers
    from papertriage.formats.consumer import consumer_json, consumer_line

    with opened(paths.cache_path()) as connection:
        found = consumers(connection)
    if as_json:
        write_output([json.dumps([consumer_json(one) for one in found], indent=2), "\n"], None)
        return
    write_output([f"{consumer_line(one)}\n" for one in found], None)
    if not found:
        note("no consumers yet: `papertriage export --consumer NAME` creates one")
