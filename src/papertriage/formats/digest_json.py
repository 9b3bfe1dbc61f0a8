"""Write a digest as JSON, a pick or receipt a line."""

from __future__ import annotations

from dataclasses import asdict

from papertriage.formats.paper_json import SCHEMA, json_line, paper_json
from papertriage.models import Digest


def _array(values: list[dict[str, object]]) -> str:
    return "[\n" + ",\n".join(map(json_line, values)) + "\n]" if values else "[]"


def digest_text(digest: Digest) -> str:
    """Return {schema, day, waiting, picks, receipts}; picks are papers of schema 1."""
    picks = _array([paper_json(paper) for paper in digest.picks])
    receipts = _array([asdict(receipt) for receipt in digest.receipts])
    facts = json_line({"schema": SCHEMA, "day": digest.day, "waiting": digest.waiting})
    return f'{facts[:-1]}, "picks": {picks}, "receipts": {receipts}}}\n'
