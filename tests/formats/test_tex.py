from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given

from bibliography import decoded
from hostile import hostile_text
from papertriage.formats import tex


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Teaching BERT to Read ImageNet", "Teaching {BERT} to Read {ImageNet}"),
        ("A Study of GPT-4 in 3D", "A Study of {GPT}-4 in {3D}"),
        ("Learning with Bayesian priors and small models", None),
        ("50% & #1 in a_b ~ ^", r"50\% \& \#1 in a\_b {\textasciitilde} {\textasciicircum}"),
        ("An $O(n^2)$ Bound", "An {$O(n^2)$} Bound"),
        (
            r"$\input{x}$ Kept Out",
            r"\${\textbackslash}input{\textbraceleft}x{\textbraceright}\$ Kept Out",
        ),
    ],
)
def test_capitals_and_mathematics_are_protected_and_the_rest_is_escaped(title, expected):
    expected = expected or "Learning with {Bayesian} priors and small models"
    assert tex.title(title, macros=True) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("The EXAMPLE Collaboration", "{The EXAMPLE Collaboration}"),
        ("Plato", "{Plato}"),
        ("Smith and Sons", "{Smith and Sons}"),
        ("others", "{others}"),
        ("Éva Žižek", r"{\v{Z}}i{\v{z}}ek, {\'E}va"),
        ("Bob Sample Jr.", "Sample, Jr., Bob"),
        ("Ludwig van der Sample", "van der Sample, Ludwig"),
        ("José Muestra y Ejemplo", r"{Muestra y Ejemplo}, Jos{\'e}"),
        ("Ada Example, PhD, MSc", "{Ada Example, PhD, MSc}"),
    ],
)
def test_a_name_is_written_so_that_bibtex_takes_it_apart_rightly(name, expected):
    assert tex.author(name, macros=True) == expected


def test_mathematics_that_could_leave_its_field_or_run_a_command_is_text():
    for math in ("$}$", "$a^^5cinput$", r"$\write18{id}$", "$50%$", "$@x$", r"$\def\x{}$", "${a$"):
        assert r"\$" in tex.value(math, macros=True), math


LATIN = "".join(
    chr(code)
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if unicodedata.normalize("NFC", chr(code)) == chr(code) and chr(code).isalpha()
)


def test_accented_letters_are_macros_and_come_back():
    title = tex.title("Über Ångström, naïve Š ł ß", macros=True)
    assert title == r"{\"U}ber {\r{A}}ngstr{\"o}m, na{\"i}ve {\v{S}} {\l} {\ss}"
    for letter in LATIN:
        assert decoded(tex.value(letter, macros=True)) == letter


def test_other_scripts_stay_as_they_are():
    for macros in (True, False):
        assert tex.value("量子 и Ω ∞", macros=macros) == "量子 и Ω ∞"


def test_without_macros_every_letter_stays():
    assert tex.title("Über Ångström, naïve Š ł ß", macros=False) == "Über Ångström, naïve Š ł ß"
    assert tex.author("Éva Žižek", macros=False) == "Žižek, Éva"


@given(hostile_text)
def test_braces_are_balanced_and_no_macro_but_ours_is_left(text):
    for macros in (True, False):
        found = tex.escaped(text, macros=macros)
        assert found.count("{") == found.count("}")
        assert "^^" not in found
        for command in ("input", "write", "def", "catcode"):
            assert f"\\{command}" not in found
