from __future__ import annotations

from builders import make_receipt
from papertriage.formats.receipt import receipt_line


def test_a_receipt_says_what_came_and_what_did_not():
    receipt = make_receipt(
        verdict="partial",
        message="429 Too Many Requests after page 3",
        replaced=2,
        merged=1,
        skipped=("x", "y"),
        newest="2025-10-03",
    )
    assert receipt_line(receipt) == (
        "cs.LG: partial (429 Too Many Requests after page 3): 12 new, 3 updated, 40 unchanged,"
        " 2 replaced, 1 merged, 2 skipped; newest announcement 2025-10-03"
    )
    assert receipt_line(make_receipt()) == "cs.LG: complete: 12 new, 3 updated, 40 unchanged"
