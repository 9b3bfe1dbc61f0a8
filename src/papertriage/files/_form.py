"""Detect the format of a file from its content, or from its name."""

from __future__ import annotations

from papertriage.errors import InputError
from papertriage.files import bibtex, csv, jsonl, mail, ris
from papertriage.files import page as trending_page
from papertriage.files import snapshot as arxiv_snapshot

_NAMES = {
    ".jsonl": jsonl.NAME,
    ".ndjson": jsonl.NAME,
    ".json": jsonl.NAME,
    ".csv": csv.NAME,
    ".tsv": csv.NAME,
    ".bib": bibtex.NAME,
    ".ris": ris.NAME,
    ".eml": mail.NAME,
    ".mbox": mail.NAME,
}


def form_of(start: bytes, path: str) -> str:
    """Return the format of a file by its first 64 KB; raise InputError if it is unknown.

    The most distinctive formats are tried first: a mail may contain lines that look like RIS, and a
    page anything.
    """
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        msg = "the file is empty: nothing to import"
        raise InputError(msg)
    name = path.lower().removesuffix(".gz")
    named = next((form for ending, form in _NAMES.items() if name.endswith(ending)), None)
    form = _told(start, table=named == csv.NAME) or named
    if form is None:
        msg = (
            f"unknown format (looks like {_kind(start)}, not JSON lines, a table, BibTeX, RIS, an "
            "arXiv mail or a trending page): name the format with --as"
        )
        raise InputError(msg)
    return form


def _told(start: bytes, *, table: bool) -> str | None:
    if start.startswith(b"{"):
        snapshot = arxiv_snapshot.looks_like_snapshot(start)
        return arxiv_snapshot.NAME if snapshot else jsonl.NAME
    if start.startswith(b"[") and start[1:].lstrip()[:1] in {b"{", b"]"}:
        return jsonl.NAME
    if mail.looks_like_mail(start):
        return mail.NAME
    text = start.decode("utf-8", errors="replace")
    if csv.looks_like_table(text, named=table):
        return csv.NAME
    texts = (
        (bibtex.NAME, bibtex.looks_like_bibtex),
        (ris.NAME, ris.looks_like_ris),
        (trending_page.NAME, trending_page.looks_like_page),
    )
    return next((form for form, looks in texts if looks(text)), None)


def _kind(start: bytes) -> str:
    if b"\0" in start:
        return "binary data"
    return "HTML or XML" if start.startswith(b"<") else "plain text"
