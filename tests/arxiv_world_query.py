"""Read a search_query of the arXiv API, as far as an invented arXiv answers it."""

from __future__ import annotations

import re
from collections.abc import Callable

from arxiv_world import Seen


def matcher(query: str) -> Callable[[Seen], bool]:
    """Return what a search_query asks for; raise ValueError where it is none."""
    tokens = re.findall(
        r'submittedDate:\[\d{12} TO \d{12}\]|[()]|(?:\w+:)?"[^"]*"|(?:\w+:)?[^\s()"]+', query
    )
    if not tokens:
        return lambda _: True
    found = _either(tokens)
    if tokens:
        msg = f"Invalid query string: '{query}'"
        raise ValueError(msg)
    return found


def _either(tokens: list[str]) -> Callable[[Seen], bool]:
    """Read a run of terms; the operators have no precedence, and where one is missing it is OR."""
    left = _term(tokens)
    while tokens and tokens[0] != ")":
        word = tokens.pop(0) if tokens[0] in {"AND", "OR", "ANDNOT"} else "OR"
        left = _joined(word, left, _term(tokens))
    return left


def _joined(
    word: str, left: Callable[[Seen], bool], right: Callable[[Seen], bool]
) -> Callable[[Seen], bool]:
    return {
        "AND": lambda one: left(one) and right(one),
        "OR": lambda one: left(one) or right(one),
        "ANDNOT": lambda one: left(one) and not right(one),
    }[word]


def _term(tokens: list[str]) -> Callable[[Seen], bool]:
    if not tokens or tokens[0] in {")", "AND", "OR", "ANDNOT"}:
        msg = "Invalid query string: ''"
        raise ValueError(msg)
    term = tokens.pop(0)
    if term == "(":
        inner = _either(tokens)
        if not tokens:
            msg = "Invalid query string: '('"
            raise ValueError(msg)
        tokens.pop(0)
        return inner
    name, colon, value = term.partition(":")
    if not colon:
        name, value = "all", term
    if name == "submittedDate":
        since, until = re.findall(r"\d{12}", value)
        return lambda one: since <= f"{one.versions[0].submitted:%Y%m%d%H%M}" <= until
    if name == "cat":
        pattern = re.compile(re.escape(value).replace(r"\*", ".*").replace(r"\?", "."))
        return lambda one: any(map(pattern.fullmatch, one.categories))
    words = value.strip('"').replace("_", " ").lower()
    return lambda one: words in _text(one, name).lower()


def _text(one: Seen, name: str) -> str:
    people = ", ".join(" ".join(person) for person in one.paper.authors)
    texts = {"ti": one.paper.title, "abs": one.paper.abstract, "au": people}
    return texts.get(name, " ".join(texts.values()))
