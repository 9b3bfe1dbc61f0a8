"""Recognise one work that appears in several feeds under different names."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from papertriage.cache.authorities import authorities_seen
from papertriage.cache.merging import AttributedPaper, merged
from papertriage.cache.rows import PAPER_COLUMNS, list_text, paper_of, paper_text
from papertriage.identifiers import is_telling, paper_id, title_id
from papertriage.models import Paper, Sighting
from papertriage.models.authority import authority_of

Why = Literal["id", "doi", "title"]

# Joined, because SQLite builds an index of the values after IN: 2.4 us for two unknown names,
# against 1.0.
_BY_ID = """
SELECT p.id AS name, p.key, 1 AS was_id FROM json_each(:ids) AS asked
CROSS JOIN papers AS p ON p.id = asked.value
UNION ALL
SELECT o.name, o.paper, o.was_id FROM json_each(:ids) AS asked
CROSS JOIN other_names AS o ON o.name = asked.value
"""
_IDS = "SELECT id FROM papers WHERE id IN (SELECT value FROM json_each(?))"
_BY_TITLE = """
SELECT t.hash, t.paper FROM json_each(?) AS asked
CROSS JOIN title_hashes AS t ON t.hash = asked.value
"""
_BY_KEY = f"""
SELECT key, authority, {PAPER_COLUMNS} FROM papers
WHERE key IN (SELECT value FROM json_each(?))
"""
_TITLE_ID = re.compile("title:[0-9a-f]{16}")
# A feed may give all of its papers the journal's DOI. A name shared by so many identifies none of
# them, and looking at each would make a batch take time quadratic in its size.
_CROWD = 20
# An id and its title's hash: the paper has no other address or DOI.
_ALONE = 2


class Known(NamedTuple):
    """A paper in the cache, with the authorities of its fields: see merging.AttributedPaper."""

    key: int
    paper: Paper
    by: int


class Match(NamedTuple):
    """The paper that an incoming one matches, and what it was recognised by."""

    known: Known
    why: Why


def names_of(paper: Paper) -> tuple[str, ...]:
    """Return the names that a paper goes by, most reliable first, ending with its title's hash."""
    # Keyed by the four fields that matter: hashing all fifteen took 3 us, seven times per paper.
    return _names(paper.id, paper.url, paper.doi, paper.title)


def names_once(paper: Paper) -> tuple[str, ...]:
    """Do what names_of() does without remembering the result, in half the time."""
    return _names.__wrapped__(paper.id, paper.url, paper.doi, paper.title)


@lru_cache(maxsize=8_192)
def _names(own: str, url: str | None, doi: str | None, title: str) -> tuple[str, ...]:
    title = title_id(title)
    # Saves 2 us: most arXiv papers have an address that only repeats their own id.
    if url and url == f"https://arxiv.org/abs/{own[6:]}" and own.startswith("arxiv:"):
        url = None
    names = [own]
    for text in (url, doi):
        if text and (name := paper_id(text)) and name not in names:
            names.append(name)
    if title in names:
        names.remove(title)
    return (*names, title)


def standing(name: str) -> int:
    """Rank an id: arXiv ids before DOIs, before any other, before title hashes."""
    kinds = {"arxiv": 0, "doi": 1, "title": 3}
    return kinds.get(name.partition(":")[0], 2)


def best_id(*papers: Paper) -> str:
    """Return the best id among the appearances of a work."""
    names = [name for paper in papers for name in names_of(paper)]
    return min(names, key=standing)


class Catalogue:
    """The names that the cache knows in a batch, and those of papers the batch adds."""

    def __init__(self, connection: sqlite3.Connection, papers: Sequence[Paper]) -> None:
        """Read the papers that any name in the batch may refer to, in a few statements."""
        self.named: list[tuple[str, ...]] = []
        """The names of each paper of the batch."""
        ids: set[str] = set()
        titles: dict[int, str] = {}
        # In one pass: with this many papers, each has left the processor's cache by a second one.
        for paper in papers:
            *others, title = names = names_once(paper)
            self.named.append(names)
            ids.add(paper.id)
            ids.update(others)
            titles[title_hash(title)] = title
        self._by_name: dict[str, list[Known]] = {}
        self._names: dict[int, set[str]] = {}
        self._taken: set[str] = set()
        self._ids: set[tuple[str, int]] = set()
        self._unknown: dict[str, tuple[int, Paper, tuple[str, ...], int]] = {}
        found = _found(connection, ids, titles)
        known, self.untold = _papers(connection, {key for key, _ in found})
        for key, name in sorted(found):
            self._file(name, known[key])
            if found[key, name]:
                self._ids.add((name, key))
        self._split = _splits(connection, self._names)
        # A known paper may go by a name that is another paper's id, which it must not take.
        more = {name for one in known.values() for name in names_of(one.paper)[:-1]} - ids
        if more:
            self._taken.update(row["id"] for row in connection.execute(_IDS, (list_text([*more]),)))

    def add_unknown(self, key: int, paper: Paper, names: tuple[str, ...], by: int) -> bool:
        """Add a paper under its own id if its names match no other; False if match() is needed.

        Covers nearly all papers of a new file, 6 us cheaper each than match(), free_id() and add().
        """
        own = paper.id
        fits = own.startswith("arxiv:") or (
            names[0] == own and (len(names) == 1 or (len(names) == _ALONE and not _hashed(own)))
        )
        if (
            fits
            and own not in self._taken
            and self._by_name.keys().isdisjoint(names)
            and self._unknown.keys().isdisjoint(names)
        ):
            self._unknown.update(dict.fromkeys(names, (key, paper, names, by)))
            self._taken.add(own)
            return True
        self._meet(names)
        return False

    def unknown(self) -> dict[int, tuple[str, ...]]:
        """Return the names, by key, that still only refer to a paper that add_unknown() added."""
        return {key: names for key, _, names, _ in self._unknown.values()}

    def _meet(self, names: Iterable[str]) -> None:
        """Register papers added by add_unknown() under a name that others share."""
        for name in names:
            if name in self._unknown:
                key, paper, its, by = self._unknown[name]
                for one in its:
                    del self._unknown[one]
                    self._file(one, Known(key, paper, by))
                self._ids.add((paper.id, key))

    def match(self, paper: Paper) -> Match | None:
        """Find the paper that this one is: by an id, by DOI, or by title and an author."""
        names = [name for name in names_of(paper) if name in self._by_name]
        if not names:
            return None
        for name in names:
            # A title's hash is not proof, not even as an id.
            for known in self._by_name.get(name, ()) if not _of_title(name) else ():
                same = known.paper.id == name or _agree(known.paper, paper)
                if same and self._may_be(known, paper):
                    return self._matched(known, paper, "doi")
        for name in names:
            for known in self._by_name.get(name, ()) if _of_title(name) else ():
                sure = (paper.id, known.key) in self._ids
                same = _same_by_title(known.paper, paper, sure=sure)
                if same and self._may_be(known, paper):
                    return self._matched(known, paper, "title")
        return None

    def free_id(self, paper: Paper) -> str:
        """Return the best id of a new paper that no other paper has."""
        if paper.id not in self._taken and paper.id.startswith("arxiv:"):
            return paper.id
        names = names_of(paper)
        free = [name for name in sorted(names, key=standing) if name not in self._taken]
        if free and not (_of_title(free[0]) and _of_title(paper.id) and free[0] != paper.id):
            return free[0]
        # Another work already has this title: the authors tell the two apart.
        return f"{title_id(paper.title)}-{title_id(' '.join(paper.authors))[-6:]}"

    def taken(self, name: str) -> bool:
        """Return whether a paper of the batch, or one it may match, has this id."""
        return name in self._taken

    def add(self, known: Known, came_as: str) -> None:
        """Make a paper findable by its names for the rest of the batch."""
        key, paper, _ = known
        for name in self._names.pop(key, ()):
            found = self._by_name[name]
            found[:] = [known for known in found if known.key != key]
        names = {*names_of(paper), came_as}
        self._meet(names)
        for name in names:
            if self.telling(name):
                self._file(name, known)
        self._taken.add(paper.id)
        self._ids |= {(paper.id, key), (came_as, key)}

    def _file(self, name: str, known: Known) -> None:
        self._by_name.setdefault(name, []).append(known)
        self._names.setdefault(known.key, set()).add(name)
        self._taken.add(known.paper.id)

    def _matched(self, known: Known, paper: Paper, why: Why) -> Match:
        return Match(known, "id" if (paper.id, known.key) in self._ids else why)

    def telling(self, name: str) -> bool:
        """Return whether a name identifies papers, and is not a mistake that many share."""
        return len(self._by_name.get(name, ())) < _CROWD

    def _may_be(self, known: Known, paper: Paper) -> bool:
        return (known.key, paper.id) not in self._split


def joined(old: Known, new: Paper, authority: int) -> AttributedPaper:
    """Merge two appearances of a work into one paper, under its best id.

    At the same authority, version and date, the one with the better kind of id wins, so that two
    feeds that spell a title differently do not change it back and forth.
    """
    was, comes = best_id(old.paper), best_id(new)
    held = AttributedPaper(old.paper, old.by)
    whole, by = merged(held, new, authority, wins_tie=standing(comes) <= standing(was))
    better = min(was, comes, key=standing)
    return AttributedPaper(whole if better == whole.id else whole._replace(id=better), by)


def write_names(
    connection: sqlite3.Connection,
    papers: Mapping[int, Paper],
    came_as: Iterable[tuple[str, int]],
    telling: Callable[[str], bool],
    unknown: Mapping[int, tuple[str, ...]] = MappingProxyType({}),
) -> None:
    """Record the names of papers by key; came_as are the ids they arrived with.

    unknown are names of papers that need no second lookup; see Catalogue.
    """
    others: list[tuple[str, int, int]] = [(name, key, 1) for name, key in came_as]
    titles = [(title_hash(name), key) for name, key, _ in others if _hashed(name)]
    for key, names in unknown.items():
        titles.append((title_hash(names[-1]), key))
        if len(names) > _ALONE:
            others += [(name, key, 0) for name in names[1:-1]]
    for key, paper in papers.items():
        if key in unknown:
            continue
        *ids, title = names_of(paper)
        if telling(title):
            titles.append((title_hash(title), key))
        if _hashed(paper.id):
            titles.append((title_hash(paper.id), key))
        if ids != [paper.id]:
            others += [(name, key, 0) for name in ids if name != paper.id and telling(name)]
    # In index order, so that each page is looked up once.
    titles.sort()
    connection.executemany("INSERT OR IGNORE INTO title_hashes (hash, paper) VALUES (?, ?)", titles)
    connection.executemany(
        """
        INSERT INTO other_names (name, paper, was_id) VALUES (?, ?, ?)
        ON CONFLICT (name, paper) DO UPDATE SET was_id = 1
        WHERE excluded.was_id = 1 AND was_id = 0
        """,
        others,
    )


def forget_names(connection: sqlite3.Connection, key: int) -> None:
    """Delete a paper's names other than its id; scans all title hashes, as splits are rare."""
    connection.execute("DELETE FROM other_names WHERE paper = ?", (key,))
    connection.execute("DELETE FROM title_hashes WHERE paper = ?", (key,))


def write_merge(connection: sqlite3.Connection, match: Match, sighting: Sighting, at: str) -> None:
    """Record that a paper was merged into another, so that it can be undone."""
    known, other = match.known, sighting.paper
    texts = (paper_text(known.paper, known.by), paper_text(other, authority_of(sighting)))
    connection.execute(
        "INSERT INTO merges (at, paper, id, feed, why, before, other) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (at, known.key, other.id, sighting.feed, match.why, *texts),
    )


def rename(connection: sqlite3.Connection, key: int, old: str, new: str) -> None:
    """Move the decisions, labels and picks of a paper to its new id."""
    write_names(connection, {}, [(old, key)], lambda _name: True)
    for table in ("decisions", "labels", "picks", "passed", "audits"):
        # If both ids have a row, the one under the better id stays.
        connection.execute(f"UPDATE OR IGNORE {table} SET paper = ? WHERE paper = ?", (new, old))
        connection.execute(f"DELETE FROM {table} WHERE paper = ?", (old,))


def title_hash(name: str) -> int:
    """Return the 64 bits of a title's id as SQLite's signed integer."""
    value = int(name[6:], 16)
    return value - (1 << 64) if value >> 63 else value


def _found(
    connection: sqlite3.Connection, ids: Iterable[str], titles: Mapping[int, str]
) -> dict[tuple[int, str], bool]:
    """Return (key, name) of papers with one of the names, and whether it is or was an id."""
    found: dict[tuple[int, str], bool] = {
        (row["paper"], titles[row["hash"]]): False
        for row in connection.execute(_BY_TITLE, (json.dumps(list(titles)),))
    }
    for row in connection.execute(_BY_ID, {"ids": json.dumps(list(ids))}):
        place = row["key"], row["name"]
        found[place] = found.get(place, False) or bool(row["was_id"])
    return found


def _papers(
    connection: sqlite3.Connection, keys: Iterable[int]
) -> tuple[dict[int, Known], frozenset[int]]:
    """Return papers by key, and the keys of those whose rows do not store their authorities."""
    rows = connection.execute(_BY_KEY, (json.dumps(list(keys)),)).fetchall()
    untold = [row["key"] for row in rows if row["authority"] is None]
    seen = authorities_seen(connection, untold) if untold else {}
    known = {
        row["key"]: Known(row["key"], paper_of(row), row["authority"] or seen[row["key"]])
        for row in rows
    }
    return known, frozenset(untold)


def _splits(connection: sqlite3.Connection, keys: Iterable[int]) -> set[tuple[int, str]]:
    rows = connection.execute(
        """
        SELECT paper, id FROM merges
        WHERE split_at IS NOT NULL
            AND paper IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(list(keys)),),
    )
    return {(row["paper"], row["id"]) for row in rows}


def _agree(one: Paper, other: Paper) -> bool:
    """Return whether no two ids of the same kind contradict each other."""
    for kind in ("arxiv", "doi"):
        ids = [{n for n in names_of(p) if n.startswith(f"{kind}:")} for p in (one, other)]
        if ids[0] and ids[1] and not ids[0] & ids[1]:
            return False
    return True


def _hashed(name: str) -> bool:
    """Return whether an id is a title hash as made by title_id(), rather than a file's own."""
    return name.startswith("title:") and _TITLE_ID.fullmatch(name) is not None


def _of_title(name: str) -> bool:
    return name.startswith("title:")


def _same_by_title(one: Paper, other: Paper, *, sure: bool) -> bool:
    telling = sure or is_telling(one.title)
    return telling and _agree(one, other) and _share_an_author(one.authors, other.authors)


def _share_an_author(one: Sequence[str], other: Sequence[str]) -> bool:
    # A page that names no author does not contradict it.
    if not one or not other:
        return True
    return bool({_surname(name) for name in one} & {_surname(name) for name in other})


def _surname(name: str) -> str:
    last = name.partition(",")[0] if "," in name else "".join(name.split()[-1:])
    return "".join(letter for letter in last.casefold() if letter.isalnum())
