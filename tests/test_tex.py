from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.tex import unicode_text


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (
            r"J{\"u}rgen Gro{\ss}, Mar\'{\i}a \c{C}elik, \L{}ukasz",
            "Jürgen Groß, María Çelik, Łukasz",
        ),
        ("{BERT} for {T}opics", "BERT for Topics"),
        (r"50\% of \$5 \& more", "50% of $5 & more"),
        (r"50% of $5 by G\"odel", "50% of $5 by Gödel"),
        (r"$\alpha_{i}$ and {$x \% y$} by G\"odel", r"$\alpha_{i}$ and $x \% y$ by Gödel"),
        (r"\(x_{i}\) by G\"odel", r"\(x_{i}\) by Gödel"),
        (r"\emph{Very} \textsc{small}~caps", "Very small caps"),
        (r"see \url{http://a.b/c_d} and \href{http://a.b}{there}", "see http://a.b/c_d and there"),
        ("``as given'' -- and --- so", "``as given'' -- and --- so"),
        (r"{\textbackslash}x {\textbraceleft}{\textasciitilde}{\textasciicircum}", r"\x {~^"),
        ("plain", "plain"),
        ("private \ue000 use {x} of $y$ \ue000", "private \ue000 use x of $y$ \ue000"),
        ("{" * 3_000 + "\\", "{" * 3_000 + "\\"),
    ],
)
def test_tex_becomes_unicode_and_mathematics_stays(tex, expected):
    assert unicode_text(tex) == expected


def test_a_text_that_is_too_long_is_left_alone():
    text = "{x} " * 6_000
    assert unicode_text(text) == text


@given(st.text(alphabet="\\{}$%~^_'\"`&#[]() aubegincite\ue000\n"))
def test_any_text_stays_text(text):
    assert isinstance(unicode_text(text), str)
