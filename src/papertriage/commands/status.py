"""Show the state of the cache and of each feed."""

import json

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.cache.receipts import last_receipts
from papertriage.cache.status import count_all, current_model, last_arrival, storage, storage_text
from papertriage.commands import _options as o
from papertriage.formats.output import write_output
from papertriage.formats.receipt import receipt_line
from papertriage.models import Learned
from papertriage.text import counted, visible_lines


def command(as_json: o.Json = False) -> None:
    """Show the location and contents of the cache, and the latest receipt of each feed."""
    path = paths.cache_path()
    with opened(path) as connection:
        held, last = count_all(connection), last_arrival(connection)
        receipts = last_receipts(connection, latest=clock.latest(clock.now()))
        model, kept = current_model(connection), storage(connection, path)
    if as_json:
        from dataclasses import asdict

        feeds = [asdict(receipt) for receipt in receipts]
        status = {
            "schema": 1,
            "cache": str(path),
            "journal_mode": kept.journal_mode,
            "network": kept.network,
            "newest": last,
            "counts": held,
            "interest": model
            and {
                "decisions": model.decisions,
                "keeps": model.keeps,
                "skips": model.skips,
                "at": model.at,
                "calibration_error": model.calibration_error,
            },
            "feeds": feeds,
        }
        write_output([json.dumps(status, indent=2), "\n"], None)
        return
    lines = [f"{'cache':<16} {path}", f"{'writes':<16} {storage_text(kept)}"]
    lines.append(f"{'newest':<16} {last or 'nothing yet'}")
    lines += [f"{name:<16} {count:>10,}" for name, count in held.items()]
    lines.append(f"{'interest':<16} {_interest_text(model)}")
    lines += [f"{receipt.at}  {receipt_line(receipt)}" for receipt in receipts]
    write_output([visible_lines("\n".join(lines)), "\n"], None)


def _interest_text(model: Learned | None) -> str:
    if model is None:
        return "nothing learned yet"
    return (
        f"learned from {counted(model.decisions, 'decision')}"
        f" ({model.keeps:,} kept, {model.skips:,} skipped) on {model.at}"
    )
