from __future__ import annotations

import re

import pytest
from hypothesis import given

from builders import make_paper
from hostile import hostile_text
from papertriage.formats.addresses import arxiv_number, doi, verbatim_doi, web_address


@pytest.mark.parametrize(
    "address",
    [
        *(None, "", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://"),
        *("//evil.example", "https:///path", "ftp://x.example", " java\nscript:x", "x https://a.b"),
        "https://a.example/" + "x" * 2_000,
    ],
)
def test_only_web_addresses_are_let_through(address):
    assert web_address(address) is None


def test_what_ends_a_link_is_percent_encoded():
    given_address = "https://a.example/(x)<y> \"'`[z]{w}\\|^é\n# H"
    assert web_address(given_address) == (
        "https://a.example/%28x%29%3Cy%3E%20%22%27%60%5Bz%5D%7Bw%7D%5C%7C%5E%C3%A9%0A#%20H"
    )


def test_an_ordinary_address_stays_as_it_is():
    address = "http://export.arxiv.org/abs/hep-th/9901001?a=1&b=%20#c"
    assert web_address(address) == address


@given(hostile_text)
def test_no_address_holds_space_quotes_or_brackets(text):
    found = web_address(f"https://a.example/{text}")
    assert found is None or re.fullmatch(r"[!#$%&*+,\-./0-9:;=?@A-Z_a-z~]+", found)


def test_the_doi_is_the_given_one_else_the_one_that_arxiv_registers():
    assert doi(make_paper(doi="10.1/x")) == "10.1/x"
    assert doi(make_paper(doi=None)) == "10.48550/arXiv.2510.02252"
    assert doi(make_paper(id="title:0", doi=None)) is None
    assert arxiv_number(make_paper(id="doi:10.1/x")) is None


@pytest.mark.parametrize(
    ("given_doi", "expected"),
    [
        ("10.1002/(SICI)1097_1<1::AID>3.0.CO;2-X", "10.1002/(SICI)1097_1<1::AID>3.0.CO;2-X"),
        ("10.1/x}{%\\", "10.1/x%7D%7B%25%5C"),
        (None, "10.48550/arXiv.2510.02252"),
    ],
)
def test_a_verbatim_doi_ends_no_field(given_doi, expected):
    assert verbatim_doi(make_paper(doi=given_doi)) == expected
