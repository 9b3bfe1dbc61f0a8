from __future__ import annotations

import pytest
from hypothesis import given

from hostile import hostile_text
from papertriage.formats.names import taken_apart
from papertriage.text import clean


@pytest.mark.parametrize(
    ("name", "family", "given", "suffix"),
    [
        ("Ada Example", "Example", "Ada", ""),
        ("Ada B. C. Example", "Example", "Ada B. C.", ""),
        ("Ludwig van der Sample", "van der Sample", "Ludwig", ""),
        ("Ludwig Van Der Sample", "Van Der Sample", "Ludwig", ""),
        ("Juan de la Cruz Muestra", "de la Cruz Muestra", "Juan", ""),
        ("Juan De La Cruz", "De La Cruz", "Juan", ""),
        ("José Muestra y Ejemplo", "Muestra y Ejemplo", "José", ""),
        ("Ada b. Example", "Example", "Ada b.", ""),
        ("ada mary example", "example", "ada mary", ""),
        ("Nguyen Van Mau", "Mau", "Nguyen Van", ""),
        ("Sample, Bob", "Sample", "Bob", ""),
        ("van der Sample, Jr., Bob", "van der Sample", "Bob", "Jr."),
        ("Sample, Bob, Jr.", "Sample", "Bob", "Jr."),
        ("Bob Sample Jr.", "Sample", "Bob", "Jr."),
        ("Bob Sample, III", "Sample", "Bob", "III"),
        ("Plato", "Plato", "", ""),
        ("The EXAMPLE Collaboration", "The EXAMPLE Collaboration", "", ""),
        ("Ada and Bob", "Ada and Bob", "", ""),
        ("Sample, Bob, Jr., PhD", "Sample, Bob, Jr., PhD", "", ""),
        (", Bob", ", Bob", "", ""),
        ("van Sample", "Sample", "van", ""),
    ],
)
def test_names_are_taken_apart_as_bibliographies_need_them(name, family, given, suffix):
    assert taken_apart(name) == (family, given, suffix)


@given(hostile_text.map(clean))
def test_no_letter_of_a_name_is_lost(name):
    letters = sorted(letter for letter in name if letter not in ", ")
    assert sorted(letter for letter in "".join(taken_apart(name)) if letter not in ", ") == letters
