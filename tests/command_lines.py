"""Name the command lines that read, and what is known of how each reads the cache."""

from __future__ import annotations

from typing import NamedTuple

# Command lines that read or decide, in this order: what one writes, the next ones see.
LINES = """
today
today --json --topic ood
today --since 2d --until 2026-11-23 --category cs.LG --source arxiv --author "bob sample"
today --decision later --again --limit 20
today --trending
today --minutes 5
today --date 2026-11-22
list
list --topic ood
list --topic causality
list --topic causality --topic ood --limit 5
list --since 2d
list --until 2020-06-01
list --category cs
list --category q-bio.PE
list --source arxiv
list --source once
list --author "zoe old"
list --decision keep
list --decision none
list --sort came
list --sort score
list --sort interest
list --sort upvotes
list --since 2d --sort score
list --since 2d --sort upvotes
list --since 2d --sort interest
search heron
search wades flies
search heron OR okapi OR winter
search egret NOT okapi
search '"how a heron"'
search title:egret
search author:zoe
search abstract:okapi
search 'win*'
search 'heron C++'
search 'C++'
search topic:ood
search topic:causality
search category:cs.LG
search category:q-bio.PE
search heron topic:ood
search heron topic:causality
search '(heron OR okapi) category:cs.CV'
search cs.LG OR heron
search NOT heron
search nowhere
search --limit 0 "how a heron beside an okapi"
search --since 2d --until 2026-11-23 heron
search --topic ood heron
search --category cs.CV heron
search --source arxiv heron
search --author sample heron
search --decision keep heron
search --decision keep heron 'C++'
search --category q-bio.PE heron
similar new-7
similar --topic ood --limit 5 new-7
similar --since 2d --until 2026-11-23 --category cs.LG --source arxiv new-7
similar --author sample new-7
similar --decision none new-7
show new-7
show --diff new-7
show doi:10.1000/new-8 old-3 mid-7
why new-20 mid-20
why --topic ood new-40
why-not new-20 new-0 new-7 old-3 mid-7 nowhere
triage
triage --topic ood --limit 3 --since 2d --until 2026-11-23 --category cs.LG --source arxiv
triage --author sample --again --minutes 5
triage --uncertain --audit
digest
digest --date 2026-11-22 --limit 3
digest --weekly --again
digest --trending
digest --since 2d --topic ood --category cs.LG --source arxiv --author sample
digest --date 2026-11-23 --format json --output {home}/digest.json
digest --as-of 2026-11-23
digest --since-last --output {home}/last.md
stats
stats --since 2026-11-20 --until 2026-11-22 --json
stats --days 7
status
status --json
export --limit 20
export --since 2d --until 2026-11-23 --category cs.LG --source arxiv --author sample
export --topic causality
export --decision keep
export --picked
export --consumer desk --limit 5
export --consumer desk --ack
export --consumer desk --changed --limit 5
export --consumer desk --ack 2
export --consumer desk --topic causality --changed
export --consumers --json
export --consumer desk --forget
topics list
topics show ood
doctor
completion --values ids
completion --values ids --prefix new-1
completion --values topics
completion --values categories
completion --values consumers
keep new-100 new-101
skip new-102
later new-103
label --topic ood new-100
label --topic ood --no new-101
label --topic ood --clear new-101
undo new-102
undo
""".strip().splitlines()

# With a model that ranks by what was kept and skipped.
LEARNED = """
today
today --recall 0.9
today --minutes 5 --topic ood
today --since 2d --category cs.LG --source arxiv --author sample --decision none
list --sort interest
show new-290
why --topic interest new-290
why-not new-290 old-3
digest --weekly
triage
status
today --limit 0 --decision none
""".strip().splitlines()

WITHOUT = {
    "schedule": "writes files of the system, and reads no cache",
    "fetch": "writes: tests/cache/test_papers.py holds its statements",
    "import": "writes: tests/cache/test_papers.py holds its statements",
    "tag": "reads no cache",
    "simulate": "reads files",
    "config": "reads settings",
    "schema": "reads files of the package",
}
ELSEWHERE = {
    "topics add": "trains",
    "topics edit": "trains",
    "topics remove": "writes",
    "topics train": "trains",
    "topics retag": "writes",
    "topics evaluate": "trains; reads what `topics train` reads, see READS",
    "topics suggest": "clusters; see READS",
    "topics check": "trains; see READS",
    "topics export": "reads files",
    "topics import": "trains",
}

# What only says how papers are written, or where: the same statements.
WRITTEN = {
    *("--format", "--json", "--output", "--force", "--fail-if-empty", "--excel-safe"),
    *("--cache", "--debug", "--help"),
}
UNUSED = {
    "digest --email": "sends: tests/commands/test_mailing.py",
    "digest --resend": "sends: tests/commands/test_mailing.py",
    **dict.fromkeys(
        (
            *("doctor --deep", "doctor --backup", "doctor --restore", "doctor --salvage"),
            *("doctor --vacuum", "doctor --rebuild-index", "doctor --replay-journal"),
            "doctor --split",
        ),
        "reads or writes the whole file by design",
    ),
}


class Known(NamedTuple):
    """A step over many rows of a large table that is meant: what begins it, part of the SQL."""

    what: str
    part: str
    why: str


_ORDER, _GROUP = "SORT ORDER", "SORT GROUP"
_QUEUE = "the papers of a queue, 10,000 at most"
_RARE = "at most 20,000 papers of a rare filter, which are read by its index"
_DECIDED = "a person's decisions, 20,000 of them in 0.2 s"
_FEW_COUNTED = "triage: counted where there are at most 30,000, 0.06 s"
_WINDOW = "the papers of the digest's days"
_SCORED = "no index is by score, which would cost every import; --since bounds it"
_UPVOTED = "by the index of the few papers that have upvotes"
_CHECK = "the check reads all by design"
KNOWN = (
    Known(_ORDER, "FROM papers LEFT JOIN tags", _QUEUE),
    Known("SCAN papers", "ORDER BY day DESC, key LIMIT -?", "all of more papers, in their order"),
    Known(_ORDER, "WHERE (papers.key IN (", _RARE),
    Known(_ORDER, "WHERE (papers.id IN (", _RARE),
    Known("SCAN picks", "IN (SELECT paper FROM picks)", "ten a day"),
    Known("SORT PART", "ORDER BY came DESC, key", "what came at one time"),
    Known("SORT PART", "ORDER BY at DESC, id LIMIT", "what was decided at one time"),
    Known("SCAN papers", "ORDER BY (SELECT max(score)", _SCORED),
    Known(_ORDER, "ORDER BY (SELECT max(score)", _SCORED),
    Known(_ORDER, "ORDER BY (SELECT score FROM interests", "as many as the model has scored"),
    Known("SCAN sightings", "WHERE upvotes IS NOT NULL", _UPVOTED),
    Known(_ORDER, "ORDER BY (SELECT s.upvotes", _UPVOTED),
    Known(_ORDER, "max(s.upvotes)", "a week's papers that have upvotes"),
    Known(_GROUP, "max(s.upvotes)", "a week's papers that have upvotes"),
    Known(_ORDER, "FROM papers_index JOIN papers", "--limit 0 shows all that match"),
    Known(_ORDER, "FROM decisions AS d JOIN papers", _DECIDED),
    Known("SCAN receipts", "FROM receipts WHERE at >=", "a line for each feed and fetch"),
    Known(_ORDER, "FROM receipts WHERE at >=", "a line for each feed and fetch"),
    Known(_ORDER, "FROM papers AS new CROSS JOIN tags", _WINDOW),
    Known(_GROUP, "FROM papers AS new CROSS JOIN tags", _WINDOW),
    Known("SORT count", "count(DISTINCT papers.key) FROM papers AS new", _WINDOW),
    Known(_ORDER, "FROM papers CROSS JOIN decisions AS d", _WINDOW),
    Known("SORT DISTINCT", "SELECT DISTINCT paper FROM picks", "a window's picks"),
    Known("SCAN papers", "SELECT count(*) FROM papers", "status: an index alone, 15 ms a million"),
    Known("SCAN decisions", "GROUP BY decision", "status: an index alone"),
    Known("SCAN decisions", "WHERE d.decision != ? OR (d.at >= ?", _FEW_COUNTED),
    Known("SCAN passed", "FROM passed AS p CROSS JOIN papers", _FEW_COUNTED),
    Known("SCAN no_news", "FROM no_news CROSS JOIN papers", _FEW_COUNTED),
    Known(_ORDER, "FROM touched CROSS JOIN papers", "what changed since a consumer asked"),
    Known("SCAN", "WHERE paper NOT IN (SELECT key FROM papers)", _CHECK),
    Known("SCAN", "SELECT DISTINCT paper FROM", _CHECK),
    Known("SCAN labels", "FROM labels", "what a person labelled"),
    Known(_ORDER, "FROM labels CROSS JOIN papers", "what a person labelled"),
)

_ALL_LOOKED_THROUGH = "fewer pass than are wanted: all that could are looked through"
_ONE_AUTHOR = "all papers of an author are listed, and here all are of Bob Sample"
GROWING = {
    'today --since 2d --until 2026-11-23 --category cs.LG --source arxiv --author "bob sample"': (
        _ONE_AUTHOR
    ),
    "today --decision later --again --limit 20": _ALL_LOOKED_THROUGH,
    "list --sort score": _SCORED,
    "search heron topic:ood": _ALL_LOOKED_THROUGH,
    "search '(heron OR okapi) category:cs.CV'": _ALL_LOOKED_THROUGH,
    "search NOT heron": "what matches is listed, to be left out",
    'search --limit 0 "how a heron beside an okapi"': "all that match are shown",
    "search --since 2d --until 2026-11-23 heron": _ALL_LOOKED_THROUGH,
    "search --topic ood heron": _ALL_LOOKED_THROUGH,
    "search --category cs.CV heron": _ALL_LOOKED_THROUGH,
    "search --author sample heron": _ONE_AUTHOR,
    "similar --topic ood --limit 5 new-7": _ALL_LOOKED_THROUGH,
    "similar --author sample new-7": _ONE_AUTHOR,
    "why-not new-20 new-0 new-7 old-3 mid-7 nowhere": "a rank is among all that could be picked",
    "triage --topic ood --limit 3 --since 2d --until 2026-11-23 --category cs.LG --source arxiv": (
        _ALL_LOOKED_THROUGH
    ),
    "triage --author sample --again --minutes 5": _ONE_AUTHOR,
    "digest --since 2d --topic ood --category cs.LG --source arxiv --author sample": _ONE_AUTHOR,
    "status": "it counts",
    "status --json": "it counts",
    "export --since 2d --until 2026-11-23 --category cs.LG --source arxiv --author sample": (
        _ONE_AUTHOR
    ),
    "topics list": "it counts",
    "doctor": _CHECK,
    "topics train, evaluate, check: texts": "up to 100,000 texts are learned from",
    "topics suggest: untagged texts": "an even sample is drawn from all",
    "learned: today --since 2d --category cs.LG --source arxiv --author sample --decision none": (
        _ONE_AUTHOR
    ),
    "learned: status": "it counts",
}

# The statements that a command asks, at most: three more than now.
STATEMENTS = {
    "today": 34,
    "list": 14,
    "list --topic ood": 17,
    "search heron": 25,
    "search heron OR okapi OR winter": 29,
    "similar new-7": 56,
    "show new-7": 15,
    "status": 12,
    "keep new-100 new-101": 29,
    "learned: today": 29,
}
