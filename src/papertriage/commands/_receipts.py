"""Say what a fetch or an import got, while it runs and when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from papertriage.cache.papers import Stored
from papertriage.errors import ExitCode, Offline
from papertriage.formats.digest import feed, verdict
from papertriage.formats.receipt import receipt_line
from papertriage.models.digest import Digest
from papertriage.models.fetched import Receipt
from papertriage.render.terminal import note, progress, stderr_on_terminal
from papertriage.text import counted
from papertriage.triage.day.coverage import FILE
from papertriage.triage.intake.verdicts import DONE

_NAMED = 5
# A batch: a small file has its receipt at once, and needs no line before it.
_WORTH_A_LINE = 500


@contextmanager
def reported(what: str, *, lines: bool) -> Iterator[Callable[[Stored, int | None], None]]:
    """Show how much is stored: a bar on a terminal, else (with lines) a line for each batch.

    A batch is counted when it is on the disk, so that a line is a promise.
    """
    with progress(what, None) as moved:
        before = 0

        def advance(stored: Stored, total: int | None) -> None:
            nonlocal before
            done = stored.papers
            moved(done - before, total)
            before = done
            if lines and done >= _WORTH_A_LINE and not stderr_on_terminal():
                note(f"stored {counted(done, 'paper')}")

        yield advance


def tell(receipt: Receipt) -> None:
    """Print a receipt: a line, and a line for each of the first papers that were skipped."""
    note(receipt_line(receipt))
    for reason in receipt.skipped[:_NAMED]:
        note(f"{receipt.feed}: skipped {reason}")
    if len(receipt.skipped) > _NAMED:
        note(f"{receipt.feed}: … and {len(receipt.skipped) - _NAMED:,} more skipped")


def is_offline(receipt: Receipt) -> bool:
    """Say whether a fetch failed because no host of any source could be reached."""
    return (receipt.message or "").startswith(Offline.beginning)


def tell_of_offline(receipts: Sequence[Receipt]) -> bool:
    """Print the receipts of an offline machine, and say whether they are all that there are.

    One line then says it all.
    """
    offline = list(filter(is_offline, receipts))
    whole = bool(offline) and len(offline) == len(receipts)
    if whole:
        note(offline[0].message or "")
    else:
        for receipt in offline:
            tell(receipt)
    return whole


def exit_code(receipts: Iterable[Receipt]) -> int:
    """Return DONE where no feed met a fault, else PARTLY_DONE."""
    done = all(receipt.verdict in DONE for receipt in receipts)
    return ExitCode.DONE if done else ExitCode.PARTLY_DONE


def tell_of_feeds(digest: Digest) -> None:
    """Say what the fetches of the digest's days got: a day's receipts, or a line for each feed."""
    if digest.first == digest.day:
        for receipt in {r.feed: r for r in digest.receipts if r.source != FILE}.values():
            tell(receipt)
        return
    for coverage in (one for one in digest.feeds if one.source != FILE):
        note(f"{feed(coverage)}: {verdict(coverage)}")
