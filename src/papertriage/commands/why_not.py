"""Show why a paper was not picked."""

import json

from papertriage import clock, config, paths
from papertriage.cache.connection import opened
from papertriage.commands import _options as o
from papertriage.formats.output import write_output
from papertriage.text import visible
from papertriage.triage.day.tracing import trace
from papertriage.triage.naming import ids_of


def command(ids: o.Ids, as_json: o.Json = False) -> None:
    """Show why papers were not picked: not fetched, not tagged, already decided, or outranked."""
    day = clock.local_day(clock.now())
    limit = int(config.number("picks.limit"))
    with opened(paths.cache_path()) as connection:
        traces = {name: trace(connection, name, day, limit) for name in ids_of(ids)}
    if as_json:
        found = [{"schema": 1, "id": name, "trace": steps} for name, steps in traces.items()]
        write_output([json.dumps(found, indent=2), "\n"], None)
        return
    lines = [
        line
        for name, steps in traces.items()
        for line in (f"{visible(name)}\n", *(f"  {visible(step)}\n" for step in steps))
    ]
    write_output(lines, None)
