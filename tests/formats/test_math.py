from __future__ import annotations

import pytest
from hypothesis import given

from hostile import hostile_text
from papertriage.formats.math import pieces


@pytest.mark.parametrize(
    ("text", "math"),
    [
        ("an $O(n^2)$ bound", ["$O(n^2)$"]),
        ("$a$ and $b$", ["$a$", "$b$"]),
        ("from $5 to $6", []),
        ("costs $5", []),
        (r"a \$x$ b", []),
        (r"$a\$b$", [r"$a\$b$"]),
        ("$ a$", []),
        ("$$", []),
    ],
)
def test_balanced_dollars_are_mathematics_and_money_is_not(text, math):
    assert [piece for is_math, piece in pieces(text, lambda _: True) if is_math] == math


@given(hostile_text)
def test_the_pieces_add_up_to_the_text(text):
    for safe in (True, False):
        assert "".join(piece for _, piece in pieces(text, lambda _, safe=safe: safe)) == text
