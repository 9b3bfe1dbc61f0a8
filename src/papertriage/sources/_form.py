"""Tell the form of a file by its content, and by its name where the content cannot tell."""

from __future__ import annotations

from papertriage.errors import InputError
from papertriage.sources import (
    arxiv_mail,
    arxiv_snapshot,
    bibtex_file,
    csv_table,
    json_lines,
    ris_file,
    trending_page,
)

_NAMES = {
    ".jsonl": json_lines.NAME,
    ".ndjson": json_lines.NAME,
    ".json": json_lines.NAME,
    ".csv": csv_table.NAME,
    ".tsv": csv_table.NAME,
    ".bib": bibtex_file.NAME,
    ".ris": ris_file.NAME,
    ".eml": arxiv_mail.NAME,
    ".mbox": arxiv_mail.NAME,
}


def form_of(start: bytes, path: str) -> str:
    """Return the form of a file that begins so, of up to 64 KB; raise InputError if it is none.

    Most telling first: a mail may hold lines that look like RIS, and a page anything at all.
    """
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        msg = "it is empty: nothing to import"
        raise InputError(msg)
    name = path.lower().removesuffix(".gz")
    named = next((form for ending, form in _NAMES.items() if name.endswith(ending)), None)
    form = _told(start, table=named == csv_table.NAME) or named
    if form is None:
        msg = (
            f"it looks like {_kind(start)}, neither JSON lines nor a table, BibTeX, RIS, an arXiv "
            "mail or a trending page: name the format with --as"
        )
        raise InputError(msg)
    return form


def _told(start: bytes, *, table: bool) -> str | None:
    if start.startswith(b"{"):
        snapshot = arxiv_snapshot.looks_like_snapshot(start)
        return arxiv_snapshot.NAME if snapshot else json_lines.NAME
    if start.startswith(b"[") and start[1:].lstrip()[:1] in {b"{", b"]"}:
        return json_lines.NAME
    if arxiv_mail.looks_like_mail(start):
        return arxiv_mail.NAME
    text = start.decode("utf-8", errors="replace")
    if csv_table.looks_like_table(text, named=table):
        return csv_table.NAME
    texts = (
        (bibtex_file.NAME, bibtex_file.looks_like_bibtex),
        (ris_file.NAME, ris_file.looks_like_ris),
        (trending_page.NAME, trending_page.looks_like_page),
    )
    return next((form for form, looks in texts if looks(text)), None)


def _kind(start: bytes) -> str:
    if b"\0" in start:
        return "binary data"
    return "HTML or XML" if start.startswith(b"<") else "plain text"
