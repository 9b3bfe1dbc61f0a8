from __future__ import annotations

from builders import make_paper
from caches import store_papers
from papertriage.cache.versions import earlier_texts


def test_a_new_version_leaves_the_earlier_text_behind(connection):
    first = make_paper(version=1, title="First")
    store_papers(connection, first)
    for version, title in ((2, "Second"), (3, "Third")):
        now = f"2026-11-2{version}T08:00:00Z"
        store_papers(connection, first._replace(version=version, title=title), now=now)
    found = earlier_texts(connection, first.id)
    assert [(text.version, text.title) for text in found] == [(2, "Second"), (1, "First")]
