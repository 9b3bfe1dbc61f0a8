"""Write papers as CSL-JSON, for Zotero, pandoc and other citeproc programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats import addresses, names, references
from papertriage.formats.paper_json import json_line
from papertriage.models import CachedPaper


def _author(name: str) -> dict[str, str]:
    """Return a CSL name.

    Zotero only imports family and given, and drops particle and suffix given under keys of their
    own; it, pandoc and citeproc-js all read them here.
    """
    family, given, suffix = names.taken_apart(references.plain(name))
    if not given:
        return {"literal": family}
    return {"family": family, "given": f"{given}, {suffix}" if suffix else given}


def _note(comment: str) -> str:
    # citeproc-js reads {:DOI: …} and "DOI: …" at the start of a line of the note as fields.
    return f"Comment: {comment.replace('{:', '{ :')}" if comment else ""


def _item(cached: CachedPaper) -> dict[str, object]:
    paper = cached.paper
    number = addresses.arxiv_number(paper)
    issued = references.date_parts(paper)
    tags = ", ".join(references.plain(score.topic) for score in cached.topics if score.tagged)
    # https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json allows no other keys.
    fields: dict[str, object] = {
        "id": references.key(paper),
        # Zotero reads this as a preprint.
        "type": "article",
        "title": references.plain(paper.title),
        "author": [_author(name) for name in paper.authors if references.plain(name)],
        "issued": {"date-parts": [list(issued)]} if issued else None,
        "abstract": references.plain(paper.abstract),
        "DOI": references.plain(addresses.doi(paper)),
        "URL": addresses.web_address(paper.url),
        "version": str(paper.version or ""),
        "keyword": tags,
        "note": _note(references.plain(paper.comment)),
    }
    if number:
        place = {"publisher": "arXiv", "archive": "arXiv", "archive_location": number}
        fields |= {"number": f"arXiv:{number}", **place}
    return {name: value for name, value in fields.items() if value}


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield the array in parts as the papers are read."""
    before = "[\n"
    for paper in papers:
        yield before + json_line(_item(paper))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
