"""Read BibTeX and BibLaTeX back with parsers that are not ours."""

from __future__ import annotations

import pytest

bibtexparser = pytest.importorskip("bibtexparser", reason="bibtexparser reads the BibTeX back")
latex2text = pytest.importorskip("pylatexenc.latex2text", reason="pylatexenc decodes the LaTeX")

# TeX's own spellings are no loss: --- is a dash, `` a quotation mark.
_LIGATURES = {
    "\u2014": "---",
    "\u2013": "--",
    "\u201c": "``",
    "\u201d": "''",
    "\u2019": "'",
    "\u2018": "`",
    "\u02c6": "^",
}


def entries(text):
    """Return the type, the key and the fields of every entry, and fail on anything else."""
    library = bibtexparser.parse_string(text)
    # A month is a macro of the styles', which a file does not define.
    assert not library.failed_blocks
    assert not library.comments
    assert len(library.blocks) == len(library.entries)
    return [
        {"type": entry.entry_type, "key": entry.key}
        | {field.key: field.value for field in entry.fields}
        for entry in library.entries
    ]


def decoded(value):
    """Return what LaTeX typesets, with mathematics as it was given."""
    # LaTeX's own names of the braces, which pylatexenc knows by their short names only.
    value = value.replace(r"{\textbraceleft}", r"\{").replace(r"{\textbraceright}", r"\}")
    decoder = latex2text.LatexNodes2Text(
        math_mode="verbatim", strict_latex_spaces=True, keep_comments=True
    )
    return decoder.latex_to_text(value)


def with_ligatures(text):
    """Return the text with dashes and quotation marks as TeX spells them."""
    for mark, spelling in _LIGATURES.items():
        text = text.replace(mark, spelling)
    return text


def people(value):
    """Return each author of a field as bibtexparser takes the names apart, decoded."""
    from bibtexparser.middlewares.names import (
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    found = []
    for person in split_multiple_persons_names(value):
        parts = parse_single_name_into_parts(person, strict=True)
        found.append(
            {
                name: decoded(" ".join(getattr(parts, name)))
                for name in ("first", "von", "last", "jr")
                if getattr(parts, name)
            }
        )
    return found
