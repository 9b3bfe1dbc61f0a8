from __future__ import annotations

import pytest

from papertriage.errors import SourceError
from papertriage.sources._answers import after_pages, body_of, conditional
from papertriage.sources._http import Reply
from papertriage.sources.contract import Batch


def test_an_answer_with_papers_is_its_body():
    assert body_of(Reply(200, "OK", b"papers"), "arXiv", "sources.arxiv.url") == b"papers"


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (
            Reply(401, "Unauthorized", b""),
            "401 Unauthorized: X requires a login, .* is a.url right?",
        ),
        (Reply(403, "Forbidden", b""), "403 Forbidden: X has blocked this address"),
        (Reply(404, "Not Found", b""), "404 Not Found: is a.url right?"),
        (Reply(410, "Gone", b""), "410 Gone: it is permanently gone, remove it from a.url"),
        (Reply(599, "", b""), "599: try again later"),
        (Reply(503, "", b"", 20.0), "503: X asks for a pause, try again in 1 min"),
        (Reply(503, "", b"", float("inf")), "503: X asks for a pause, try again in 60 min"),
    ],
)
def test_a_refusal_says_what_to_do(reply, line):
    with pytest.raises(SourceError, match=line):
        body_of(reply, "X", "a.url")


def _failing(pages):
    yield from [Batch(())] * pages
    msg = "it broke: mend it"
    raise SourceError(msg)


@pytest.mark.parametrize(
    ("pages", "line"), [(0, "it broke: mend it"), (3, "it broke after page 3: mend it")]
)
def test_a_fault_says_after_which_page_it_came(pages, line):
    batches = after_pages(_failing(pages))
    assert [next(batches) for _ in range(pages)] == [Batch(())] * pages
    with pytest.raises(SourceError) as caught:
        next(batches)
    assert str(caught.value) == line


def test_only_what_is_known_is_asked_for():
    assert conditional("", "") == {}
    assert conditional("ab", "Fri") == {"If-None-Match": "ab", "If-Modified-Since": "Fri"}
