"""Say what the cache holds and how fresh it is."""

from __future__ import annotations

import json

from papertriage import paths
from papertriage.cache.connection import opened
from papertriage.cache.receipts import last_receipts
from papertriage.cache.status import counts, newest
from papertriage.commands import _options as o
from papertriage.formats.output import write_output
from papertriage.formats.receipt import receipt_line
from papertriage.text import visible_lines


def command(as_json: o.Json = False) -> None:
    """Show where the cache is, what it holds, and the last receipt of every feed."""
    path = paths.cache_path()
    with opened(path) as connection:
        held, last, receipts = counts(connection), newest(connection), last_receipts(connection)
    if as_json:
        from dataclasses import asdict

        feeds = [asdict(receipt) for receipt in receipts]
        status = {"schema": 1, "cache": str(path), "newest": last, "counts": held, "feeds": feeds}
        write_output([json.dumps(status, indent=2), "\n"], None)
        return
    lines = [f"{'cache':<16} {path}", f"{'newest':<16} {last or 'nothing yet'}"]
    lines += [f"{name:<16} {count:>10,}" for name, count in held.items()]
    lines += [f"{receipt.at}  {receipt_line(receipt)}" for receipt in receipts]
    write_output([visible_lines("\n".join(lines)), "\n"], None)
