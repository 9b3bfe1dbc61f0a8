"""Spoil good answers at random, the same way on every run."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

XML = (
    *(b"<", b">", b"&", b"</entry>", b"<entry>", b"<item>", b"</item>", b"]]>", b"<![CDATA["),
    *(b"\x00", b"\xff", b"&#27;", b"xmlns:x=''", b"<updated>", b"\xe2\x80\xae", b"<x:where/>"),
    *(b"]", b"<!--", b"<record>", b"</metadata>", b"&lt;", b"<link/>", b'="', b"0000-00-00"),
)
JSON = (
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"null", b"true", b"-1e999", b"NaN", b'"paper"'),
    *(b"\x00", b"\xff", b"\\ud800", b"\\u0000", b"9999999999999999999", b"[[[[", b'{"id":', b"1.5"),
)


def mutants(
    payloads: Sequence[bytes], pieces: Sequence[bytes], number: int, seed: int
) -> Iterator[bytes]:
    """Yield payloads with one to four places inserted into, copied over or cut out."""
    chance = random.Random(seed)  # noqa: S311 - mutations, no secrets
    for _ in range(number):
        body = bytearray(chance.choice(payloads))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(body) or 1)
            end = at + chance.choice((0, 0, 1, 5, 60))
            body[at:end] = chance.choice((chance.choice(pieces), body[end : end + 40], b""))
        yield bytes(body)
