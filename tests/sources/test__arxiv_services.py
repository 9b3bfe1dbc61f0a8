from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage import config
from papertriage.errors import InputError
from papertriage.sources._arxiv_services import (
    addresses,
    arxiv_id,
    categories,
    category,
    searched,
    shared_pace,
)


def test_all_services_share_one_pace(home):
    config.change("sources.arxiv.delay", "5")
    assert (shared_pace().file, shared_pace().delay) == (home / "arxiv.pace", 5.0)


def test_a_category_comes_once_in_arxivs_spelling():
    assert categories(("cs.lg", "HEP-TH", "CS.LG", "q-fin.*", "Q-FIN")) == (
        *("cs.LG", "hep-th", "q-fin"),
    )
    with pytest.raises(InputError, match="no categories to fetch"):
        categories(())


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("cs.LG", ("cs.LG",)),
        ("cs", ("cs.*",)),
        ("stat", ("stat.*",)),
        ("astro-ph", ("astro-ph.*", "astro-ph")),
        ("cond-mat", ("cond-mat.*", "cond-mat")),
        ("hep-th", ("hep-th",)),
        ("quant-ph", ("quant-ph",)),
        # An archive that is closed, or one that is yet to come.
        ("alg-geom", ("alg-geom.*", "alg-geom")),
    ],
)
def test_an_archive_is_all_of_its_categories_to_the_api(name, terms):
    assert searched(name) == terms


@given(st.text(max_size=20))
def test_any_category_is_plain_or_refused(name):
    try:
        found = category(name)
    except InputError:
        return
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-")


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("oai:arXiv.org:2611.15001v2", ("arxiv:2611.15001", 2)),
        ("oai:arXiv.org:hep-th/9901001", ("arxiv:hep-th/9901001", None)),
        ("http://arxiv.org/abs/2611.15001v1", ("arxiv:2611.15001", 1)),
        ("10.1000/x", None),
        ("", None),
    ],
)
def test_an_id_is_known_in_every_spelling_of_arxiv(given_, expected):
    assert arxiv_id(given_) == expected


def test_a_version_is_part_of_the_pdf_s_address_alone():
    assert addresses("arxiv:hep-th/9901001", 3) == (
        "https://arxiv.org/abs/hep-th/9901001",
        "https://arxiv.org/pdf/hep-th/9901001v3",
    )
    assert addresses("arxiv:2611.15001", None)[1] == "https://arxiv.org/pdf/2611.15001"
