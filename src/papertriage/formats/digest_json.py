"""Render a digest as JSON, with one line for each pick, topic, feed and receipt."""

from __future__ import annotations

from dataclasses import asdict

from papertriage.formats.digest import marker
from papertriage.formats.paper_json import SCHEMA, json_line, paper_json
from papertriage.models.digest import Digest


def _array(values: list[dict[str, object]]) -> str:
    return "[\n" + ",\n".join(map(json_line, values)) + "\n]" if values else "[]"


def digest_text(digest: Digest) -> str:
    """Return one object; picks are papers of schema 1, charted are the days of each topic's counts.

    Keys: schema, id, first, day, asked, new, waiting, missed, charted, picks, topics, feeds,
    receipts.
    """
    facts = {
        "schema": SCHEMA,
        "id": marker(digest) or None,
        "first": digest.first or digest.day,
        "day": digest.day,
        "asked": digest.asked,
        "new": digest.new,
        "waiting": digest.waiting,
        "missed": digest.missed,
        "charted": digest.charted,
    }
    arrays = {
        "picks": [paper_json(paper) for paper in digest.picks],
        "topics": [asdict(topic) for topic in digest.topics],
        "feeds": [asdict(feed) for feed in digest.feeds],
        "receipts": [asdict(receipt) for receipt in digest.receipts],
    }
    parts = [json_line(facts)[1:-1], *(f'"{name}": {_array(a)}' for name, a in arrays.items())]
    return f"{{{', '.join(parts)}}}\n"
