"""Format a receipt as one line, with a line for each of the first skipped papers."""

from __future__ import annotations

from collections.abc import Iterator

from papertriage.models.fetched import Receipt

_NAMED = 5


def receipt_line(receipt: Receipt) -> str:
    """Return "cs.LG: partial (429 … after page 3): 200 new, 0 updated, …"."""
    counts = [f"{receipt.new:,} new", f"{receipt.updated:,} updated"]
    counts.append(f"{receipt.unchanged:,} unchanged")
    more = {
        "older": receipt.older,
        "replaced": receipt.replaced,
        "cross-listed": receipt.cross_listed,
        "merged": receipt.merged,
        "skipped": len(receipt.skipped),
    }
    counts += [f"{number:,} {what}" for what, number in more.items() if number]
    why = f" ({receipt.message})" if receipt.message else ""
    return f"{receipt.feed}: {receipt.verdict}{why}: {', '.join(counts)}{_reach(receipt)}"


def receipt_lines(receipt: Receipt) -> Iterator[str]:
    """Yield a receipt's line, then one for each of the first skipped papers."""
    yield receipt_line(receipt)
    for reason in receipt.skipped[:_NAMED]:
        yield f"{receipt.feed}: skipped {reason}"
    if len(receipt.skipped) > _NAMED:
        yield f"{receipt.feed}: … and {len(receipt.skipped) - _NAMED:,} more skipped"


def whole(first: str, last: str) -> str:
    """Name the complete announcements: "every announcement from 2026-11-16 to 2026-11-30"."""
    if first == last:
        return f"the announcement of {first} is complete"
    return f"every announcement from {first} to {last}"


def _reach(receipt: Receipt) -> str:
    if receipt.whole_from and receipt.whole_to:
        return f"; {whole(receipt.whole_from, receipt.whole_to)}"
    return f"; newest announcement {receipt.newest}" if receipt.newest else ""
