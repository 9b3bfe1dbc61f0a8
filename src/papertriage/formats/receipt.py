"""Say a receipt in one line."""

from __future__ import annotations

from papertriage.models import Receipt


def receipt_line(receipt: Receipt) -> str:
    """Return "cs.LG: partial (429 … after page 3): 200 new, 0 updated, …"."""
    counts = [f"{receipt.new:,} new", f"{receipt.updated:,} updated"]
    counts.append(f"{receipt.unchanged:,} unchanged")
    more = {
        "replaced": receipt.replaced,
        "cross-listed": receipt.cross_listed,
        "merged": receipt.merged,
        "skipped": len(receipt.skipped),
    }
    counts += [f"{number:,} {what}" for what, number in more.items() if number]
    why = f" ({receipt.message})" if receipt.message else ""
    newest = f"; newest announcement {receipt.newest}" if receipt.newest else ""
    return f"{receipt.feed}: {receipt.verdict}{why}: {', '.join(counts)}{newest}"
