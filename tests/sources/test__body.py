from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.errors import SourceError
from papertriage.sources._body import bounded


def chunked(data, size):
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(st.binary(max_size=3_000), st.integers(1, 50))
def test_a_gzipped_body_comes_back_whatever_its_chunks(data, size):
    assert bounded(chunked(gzip.compress(data), size), "gzip", 3_000) == data
    assert bounded(chunked(data, size), "", 3_000) == data


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 200_000])
def test_a_body_at_the_edge_of_a_piece_comes_back_whole(size):
    data = bytes(size)
    assert bounded([gzip.compress(data)], "X-Gzip ", 2**20) == data


def test_members_that_follow_each_other_are_one_body():
    assert bounded([gzip.compress(b"one ") + gzip.compress(b"two")], "gzip", 100) == b"one two"


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_body_larger_than_the_limit_is_refused(encoding):
    data = bytes(4 * 2**20)
    body = [gzip.compress(data)] if encoding else chunked(data, 1000)
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        bounded(body, encoding, 2**20)


def test_a_small_body_that_inflates_without_end_is_stopped_at_the_limit():
    taken = []

    def chunks():
        for chunk in chunked(gzip.compress(bytes(64 * 2**20)), 100):
            taken.append(len(chunk))
            yield chunk

    with pytest.raises(SourceError, match="larger"):
        bounded(chunks(), "gzip", 2**20)
    assert sum(taken) < 3_000


@pytest.mark.parametrize("kept", [0, 5, 15, 30])
def test_a_gzip_that_is_cut_off_is_no_body(kept):
    with pytest.raises(SourceError, match="truncated"):
        bounded([gzip.compress(b"some text that is long enough " * 9)[:kept]], "gzip", 1000)


def test_a_damaged_gzip_is_one_line():
    with pytest.raises(SourceError, match="damaged"):
        bounded([b"no gzip at all"], "gzip", 1000)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "deflate"])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding):
    with pytest.raises(SourceError, match="not requested"):
        bounded([b""], encoding, 1000)
