from __future__ import annotations

import hashlib
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import make_paper
from caches import cache_of, store_papers
from papertriage.cache.connection import opened
from papertriage.cache.listing import list_papers, search_papers
from papertriage.cache.packing import DICTIONARY, is_frame, packed, unpacked
from papertriage.errors import CacheUnusable
from papertriage.models import Filters

ABSTRACT = (
    "In this paper, we propose a novel method for the estimation of what is left over when the"
    " rest of a tin roof is counted. Extensive experiments demonstrate the effectiveness of it."
)


def test_the_dictionary_is_the_one_that_every_cache_was_written_with():
    digest = hashlib.sha256(DICTIONARY.read_bytes()).hexdigest()
    assert digest == "5bf2da356645b264c99f550a86198c2c1d3196e76b6883d09c28bc64b0e1f12b"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3000) | st.none())
def test_a_text_comes_back_as_it_was(text):
    assert unpacked(packed(text)) == text


def test_an_abstract_takes_less_than_half_of_its_bytes():
    frame = packed(ABSTRACT)
    assert isinstance(frame, bytes)
    assert is_frame(frame)
    assert 2 * len(frame) < len(ABSTRACT)


@pytest.mark.parametrize("text", ["", "zq", "Čšž", None])
def test_what_is_shorter_as_it_is_stays_so(text):
    assert packed(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_is_taken_for_a_frame(text):
    assert not is_frame(text.encode())


def test_threads_pack_beside_each_other():
    texts = [f"{ABSTRACT} {n}" * (n % 7 + 1) for n in range(300)]
    wrong = []

    def both_ways():
        wrong.extend(text for text in texts if unpacked(packed(text)) != text)

    threads = [threading.Thread(target=both_ways) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []


def test_the_cache_holds_a_frame_and_its_readers_see_the_text(tmp_path):
    with opened(tmp_path / "cache.db") as connection:
        store_papers(connection, make_paper(abstract=ABSTRACT))
        (stored,) = connection.execute("SELECT abstract FROM papers").fetchone()
        assert is_frame(stored)
        (paper,) = list_papers(connection, Filters())
        assert paper.paper.abstract == ABSTRACT
        assert list(search_papers(connection, "tin roof", Filters()))
        assert list(search_papers(connection, 'abstract:"novel method"', Filters()))
        text = connection.execute("SELECT abstract FROM paper_texts").fetchone()[0]
        assert text == ABSTRACT


def test_a_damaged_frame_is_one_line_that_says_what_to_do(tmp_path):
    path = tmp_path / "cache.db"
    with opened(path) as connection:
        store_papers(connection, make_paper(abstract=ABSTRACT))
        (stored,) = connection.execute("SELECT abstract FROM papers").fetchone()
        torn = stored[:-9] + bytes(byte ^ 0x55 for byte in stored[-9:])
        connection.execute("UPDATE papers SET abstract = ?", (torn,))
        with pytest.raises(CacheUnusable, match=r"a text in the cache is damaged .*--salvage"):
            list(list_papers(connection, Filters()))
    with pytest.raises(CacheUnusable, match=r"is damaged .*--salvage"), opened(path) as connection:
        connection.execute("SELECT abstract FROM paper_texts").fetchall()


def test_a_text_of_before_is_read_as_it_is(tmp_path):
    with cache_of(tmp_path / "cache.db", "one") as connection:
        connection.execute("UPDATE papers SET abstract = ?", (ABSTRACT,))
        (paper,) = list_papers(connection, Filters())
        assert paper.paper.abstract == ABSTRACT


def test_no_flipped_bit_gives_another_text_or_a_fault_of_ours():
    frame = packed(ABSTRACT)
    for bit in range(8 * len(frame)):
        torn = bytearray(frame)
        torn[bit // 8] ^= 1 << bit % 8
        try:
            # A frame whose first bytes are none any more is text that SQLite would never give.
            assert unpacked(bytes(torn)) == ABSTRACT
        except CacheUnusable as error:
            assert "damaged" in str(error)  # noqa: PT017 - most bits raise, some do not
