from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_paper
from hostile import hostile_text
from papertriage.formats.references import date_parts, key, plain, remark
from papertriage.text import clean


@pytest.mark.parametrize(
    "name", ["arxiv:2510.02252", "arxiv:hep-th/9901001", "doi:10.1000/example.1", "title:0a1b"]
)
def test_a_key_is_the_id_where_every_bibliography_takes_it(name):
    assert key(make_paper(id=name)) == name


def test_a_key_depends_on_the_id_alone():
    now = make_paper()
    later = make_paper(
        title="Another Title", authors=("New Name",), published=None, announced=None, version=3
    )
    assert key(now) == key(later)


def test_what_a_key_does_not_allow_is_spelled():
    assert key(make_paper(id="doi:10.1/a_(b),É")) == "doi:10.1/a_5f_28b_29_2c_c3_89"


@given(st.lists(hostile_text, min_size=2, max_size=6))
def test_two_ids_never_share_a_key(names):
    ids = {clean(name) for name in names}
    keys = {key(make_paper(id=name)) for name in ids}
    # BibTeX takes Key and key for one: none has a capital.
    assert all(re.fullmatch(r"[a-z0-9:./_-]{0,217}", found) for found in keys)
    assert len(keys) == len(ids)


@pytest.mark.parametrize(
    ("published", "parts"),
    [
        ("2025-10-02T17:59:08Z", (2025, 10, 2)),
        ("2025-10-02", (2025, 10, 2)),
        ("2025-10", (2025, 10)),
        ("2025", (2025,)),
        ("2025-02-30", (2025,)),
        ("2025-13", (2025,)),
        ("20251", ()),
        ("soon", ()),
    ],
)
def test_a_date_is_as_much_as_is_known_and_possible(published, parts):
    assert date_parts(make_paper(published=published)) == parts


def test_where_nothing_was_published_the_announcement_counts():
    assert date_parts(make_paper(published=None)) == (2025, 10, 3)
    assert date_parts(make_paper(published=None, announced=None)) == ()


def test_text_keeps_what_spells_and_loses_what_steers():
    persian, woman = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "👩\u200d🔬"
    assert plain(f"{persian} {woman}") == f"{persian} {woman}"
    assert plain("a\u202eb\u202c\u2066c\u2069 \u200bd\ufeff\U000e0041") == "abc d"
    assert plain("e\u0301 \u2028 x\x00\n") == "é x"
    assert plain(None) == ""


def test_a_remark_is_version_and_comment():
    assert remark(make_paper()) == "version 2; 12 pages"
    assert remark(make_paper(version=None)) == "12 pages"
    assert remark(make_paper(version=None, comment=None)) == ""
