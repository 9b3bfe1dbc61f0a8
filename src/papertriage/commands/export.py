"""Write papers for other tools."""

from papertriage import clock
from papertriage.commands import _consumer as c
from papertriage.commands import _options as o
from papertriage.commands._exporting import ExcelSafe, Limit, Output, Picked
from papertriage.commands._format import format_of
from papertriage.commands._opening import seeded
from papertriage.commands._parts import parts_of, write_parts
from papertriage.errors import InputError


def command(
    batch: c.Batch = None,
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    decision: o.Decision = None,
    picked: Picked = False,
    limit: Limit = None,
    consumer: c.Consumer = None,
    ack: c.Ack = False,
    changed: c.Changed = False,
    forget: c.Forget = False,
    consumers: c.Consumers = False,
    form: o.Format = None,
    as_json: o.Json = False,
    excel_safe: ExcelSafe = False,
    output: Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Write the papers that pass the filters: JSON lines, or as --format or the file says.

    A consumer is given each paper once: a batch of what is new, the same again until it is
    acknowledged with --ack, so that a crash in between loses nothing.
    """
    c.check(consumer, batch, ack=ack, changed=changed, forget=forget)
    if consumers or ack or forget:
        from papertriage.commands import _handing

        _handing.keep_books(consumer, batch, forget=forget, ack=ack, as_json=as_json)
        return
    form = format_of(form, as_json=as_json, output=output, default="jsonl")
    filters = o.filters_of(topic, since, until, category, source, author, decision, limit or 0)
    filters = filters._replace(picked=picked)
    written = {"force": force, "fail_if_empty": fail_if_empty}
    if consumer is not None:
        from papertriage.commands._handing import hand_over

        if excel_safe or "{topic}" in (output or ""):
            msg = "a batch is one file of exact data: leave --excel-safe and {topic} out"
            raise InputError(msg)
        hand_over(consumer, filters, form, output, changed=changed, **written)
        return
    with seeded(clock.now()) as connection:
        parts = parts_of(connection, filters, form, output, limit)
        write_parts(connection, parts, form, excel_safe=excel_safe, **written)
