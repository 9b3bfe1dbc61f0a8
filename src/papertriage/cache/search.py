"""Parse a search query as people type it, and turn it into SQL."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from papertriage.cache.eligible import Condition
from papertriage.cache.filters import (
    every,
    in_category,
    matching,
    phrase,
    some,
    tagged_with,
)
from papertriage.errors import InputError
from papertriage.models import Filters
from papertriage.text import clean

_LONGEST = 2_000
# The parsers of SQLite and FTS5 hold 100 symbols; a bracket takes up to six of them.
_DEEPEST = 12
_COLUMNS = {"title": "title", "abstract": "abstract", "author": "authors"}
# A word may start with a field and contain a phrase: title:"out of distribution". A bracket is only
# syntax at the edge of a word, so that f(x) and NEAR( stay words.
_TOKEN = r'\s*(\(|\)|-?(?:[a-z]+:)?"[^"]*(?:"|$)|[^\s"()][^\s"]*|")'
# A query without these consists of plain words and needs no pattern.
_SYNTAX = frozenset('"()')


# What the index's tokenizer drops but a reader means: C++, C#, *PO. Compiled only when needed.
_MARKS = frozenset("+#*")
_MARKED = r"\w[+#]+|^[*#]+\w"
_CATEGORY = r"[a-z-]+\.[A-Z]{2}"

# Not dataclasses: frozen ones are slow to define, and every search would pay for that.


class _Words:
    """Text for the full-text index, as an FTS5 expression; literal must also occur in the paper."""

    def __init__(self, match: str, text: str, column: str | None, literal: str | None) -> None:
        self.match, self.text, self.column, self.literal = match, text, column, literal

    def without_literal(self) -> _Words:
        return _Words(self.match, self.text, self.column, None)


class _Field:
    """A topic or category."""

    def __init__(self, name: Literal["topic", "category"], value: str) -> None:
        self.name, self.value = name, value


class _Not:
    def __init__(self, node: _Node) -> None:
        self.node = node


class _Several:
    def __init__(self, nodes: Sequence[_Node]) -> None:
        self.nodes = tuple(nodes)


class _All(_Several):
    """All parts must match."""


class _Any(_Several):
    """One of the parts must match."""


_Node = _Words | _Field | _Not | _All | _Any


class Sought(NamedTuple):
    """A word or phrase used for ranking, in one column or any; exact marks phrases and prefixes."""

    text: str
    column: str | None
    match: str

    @property
    def exact(self) -> bool:
        """Whether only the text itself matches, not a word's inflections."""
        return self.match.endswith("*") or " " in self.text.strip()


class Search(NamedTuple):
    """A query in two parts: match, an FTS5 expression used for ranking (or None), and the rest.

    words are what the match looks for; alternatives are the parts of its first OR; title_match is
    the same match on titles only, if possible. fields are the topics and categories that every
    paper must have, which the condition includes as well.
    """

    match: str | None
    condition: Condition
    words: tuple[Sought, ...] = ()
    alternatives: tuple[str, ...] = ()
    title_match: str | None = None
    fields: tuple[Filters, ...] = ()


def search(connection: sqlite3.Connection, query: str) -> Search:
    """Parse a query; raises InputError if there is nothing to search for."""
    query = clean(query)
    if len(query) > _LONGEST:
        msg = f"the query has {len(query):,} characters: at most {_LONGEST:,} can be searched"
        raise InputError(msg)
    tokens = [token for token in _tokens(query) if token]
    node = _Parser(tokens).whole()
    if node is None:
        msg = f"nothing to search for in {query!r}: give a word of a title, abstract or author"
        raise InputError(msg)
    nodes = node.nodes if isinstance(node, _All) else (node,)
    literals = [n.literal for n in nodes if isinstance(n, _Words) and n.literal]
    # These words still count for ranking; nested deeper, such a word is a condition like any other.
    nodes = tuple(n.without_literal() if isinstance(n, _Words) else n for n in nodes)
    ranking = _All(tuple(n for n in nodes if _match(n) or _negative(n)))
    match = _match(ranking)
    rest = [n for n in nodes if match is None or not (_match(n) or _negative(n))]
    words = tuple(_positive(ranking)) if match else ()
    return Search(
        match,
        every([*(_condition(connection, n) for n in rest), *(_holding(text) for text in literals)]),
        tuple(Sought(word.text, word.column, word.match) for word in words),
        _alternatives(ranking) if match else (),
        match if _fits_titles(ranking) else None,
        tuple(dict.fromkeys(_filters(node) for node in nodes if isinstance(node, _Field))),
    )


def _filters(field: _Field) -> Filters:
    topic = field.name == "topic"
    return Filters(topics=(field.value,)) if topic else Filters(categories=(field.value,))


def _positive(node: _Node) -> Iterator[_Words]:
    if isinstance(node, _Words):
        yield node
    elif isinstance(node, _All | _Any):
        for inner in node.nodes:
            yield from _positive(inner)


def _fits_titles(node: _Node) -> bool:
    """Return whether a matching title implies a matching paper: no exclusion applies elsewhere."""
    if isinstance(node, _All | _Any):
        return all(_fits_titles(inner) for inner in node.nodes)
    return isinstance(node, _Words) and node.column in {None, "title"}


def _alternatives(ranking: _All) -> tuple[str, ...]:
    first = next((node for node in ranking.nodes if isinstance(node, _Any)), None)
    matches = [_match(node) for node in first.nodes] if first else []
    return tuple(match for match in matches if match)


def _tokens(query: str) -> list[str]:
    if _SYNTAX.isdisjoint(query):
        return query.split()
    tokens, depth = [], 0
    for found in re.findall(_TOKEN, query, re.IGNORECASE):
        token = found
        closing = 0
        while token.endswith(")") and len(token) > 1 and depth > closing:
            token, closing = token[:-1], closing + 1
        if token == "(":
            depth += 1
        tokens.append(token)
        tokens.extend(")" * closing)
        depth -= closing + (token == ")")
    return tokens


class _Parser:
    """Recursive descent over the tokens; unbalanced brackets are tolerated."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def whole(self) -> _Node | None:
        nodes = []
        while self.at < len(self.tokens):
            nodes.append(self.alternatives())
            self.at += self.peek() == ")"
        return _joined(nodes, _All)

    def peek(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def alternatives(self) -> _Node | None:
        nodes = [self.together()]
        while self.peek() == "OR":
            self.at += 1
            nodes.append(self.together())
        return _joined(nodes, _Any)

    def together(self) -> _Node | None:
        nodes: list[_Node | None] = []
        while (token := self.peek()) is not None and token not in {"OR", ")"}:
            if token == "AND":
                self.at += 1
            else:
                nodes.append(self.one())
        return _joined(nodes, _All)

    def one(self) -> _Node | None:
        token = self.tokens[self.at]
        self.at += 1
        if token == "(":
            return self.bracket()
        if token == "NOT" and self.peek() not in {None, ")", "OR", "AND"}:
            node = self.one()
            return None if node is None else _opposite(node)
        if token.startswith("-") and len(token) > 1 and token[1] not in "-+":
            node = _word(token[1:])
            return None if node is None else _opposite(node)
        return _word(token)

    def bracket(self) -> _Node | None:
        self.depth += 1
        if self.depth > _DEEPEST:
            msg = f"the query has more than {_DEEPEST} levels of nested brackets"
            raise InputError(msg)
        node = self.alternatives()
        self.at += self.peek() == ")"
        self.depth -= 1
        return node


def _opposite(node: _Node) -> _Node:
    # A long sequence of NOT must not become as many brackets in SQL.
    return node.node if isinstance(node, _Not) else _Not(node)


def _joined(nodes: list[_Node | None], kind: type[_All | _Any]) -> _Node | None:
    given = tuple(node for node in nodes if node is not None)
    return given[0] if len(given) == 1 else kind(given) if given else None


def _word(token: str) -> _Node | None:
    field, colon, value = token.partition(":")
    field = field.lower()
    quoted = value or token
    bare = quoted.strip('"').strip()
    if colon and bare and field in {"topic", "category"}:
        return _Field("topic" if field == "topic" else "category", bare)
    column = _COLUMNS.get(field) if colon and value else None
    text = bare if column else token.strip('"')
    if not any(letter.isalnum() for letter in text):
        return None
    # A star at the end makes a word a prefix, except inside a phrase.
    star = "*" if text.endswith("*") and '"' not in token and text[-2:-1].isalnum() else ""
    literal = text if not _MARKS.isdisjoint(text) and re.search(_MARKED, text) else None
    match = f"{column} : {phrase(text)}{star}" if column else phrase(text) + star
    words = _Words(match, text.removesuffix("*"), column, literal)
    bare_word = "." in text and not column and '"' not in token
    is_category = bare_word and re.fullmatch(_CATEGORY, text)
    return _Any((words, _Field("category", text))) if is_category else words


def _holding(text: str) -> Condition:
    abstract = "coalesce(unpacked(papers.abstract), '')"
    whole = f"papers.title || ' ' || {abstract} || ' ' || papers.authors"
    return Condition(f"instr(lower({whole}), lower(?)) > 0", (text,))


def _negative(node: _Node) -> bool:
    return isinstance(node, _Not) and _match(node.node) is not None


def _match(node: _Node) -> str | None:
    """Return the node as one FTS5 expression, or None if it is not about text alone."""
    if isinstance(node, _Words):
        return None if node.literal else node.match
    if isinstance(node, _Any):
        parts = [_match(n) for n in node.nodes]
        return None if None in parts else "(" + " OR ".join(p for p in parts if p) + ")"
    if isinstance(node, _All):
        wanted = [_match(n) for n in node.nodes if not isinstance(n, _Not)]
        unwanted = [(n.node, _match(n.node)) for n in node.nodes if isinstance(n, _Not)]
        if not wanted or None in wanted or any(match is None for _, match in unwanted):
            return None
        text = "(" + " AND ".join(part for part in wanted if part) + ")"
        return f"({text}{_without(unwanted)})" if unwanted else text
    return None


def _without(unwanted: list[tuple[_Node, str | None]]) -> str:
    """Return " NOT this NOT that" if all plain words are excluded ones.

    Each NOT is one more level to FTS5, which allows 256 since SQLite 3.41, however many are in an
    OR. Bracketed parts are left out: they would take more of the parser's symbols, and a query has
    no room for 256 of them.
    """
    words = [match for node, match in unwanted if match and isinstance(node, _Words)]
    others = [match for node, match in unwanted if match and not isinstance(node, _Words)]
    plain = "(" + " OR ".join(words) + ")" if len(words) > 1 else "".join(words)
    return "".join(f" NOT {match}" for match in (plain, *others) if match)


def _condition(connection: sqlite3.Connection, node: _Node) -> Condition:
    text = _match(node)
    if text is not None:
        return matching(text)
    if isinstance(node, _Words):
        return every([matching(node.match), _holding(node.literal or "")])
    if isinstance(node, _Field):
        topic = node.name == "topic"
        return tagged_with(connection, node.value) if topic else in_category(node.value)
    if isinstance(node, _Not):
        inner = _condition(connection, node.node)
        return Condition(f"NOT ({inner.sql})", inner.parameters)
    combine = every if isinstance(node, _All) else some
    return combine(_condition(connection, n) for n in node.nodes)
