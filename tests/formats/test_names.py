from __future__ import annotations

import pytest

from papertriage.formats.names import family_given


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Ada Example", "Example", "Ada"),
        ("Ada B. C. Example", "Example", "Ada B. C."),
        ("Ludwig van der Sample", "van der Sample", "Ludwig"),
        ("Sample, Bob", "Sample", "Bob"),
        ("Bob Sample Jr.", "Sample", "Bob, Jr."),
        ("Plato", "Plato", ""),
        ("The EXAMPLE Collaboration", "The EXAMPLE Collaboration", ""),
        ("Ada and Bob", "Ada and Bob", ""),
        ("Sample, Bob, Jr., PhD", "Sample, Bob, Jr., PhD", ""),
        ("van Sample", "Sample", "van"),
    ],
)
def test_names_are_taken_apart_as_bibliographies_need_them(name, family, given):
    assert family_given(name) == (family, given)
