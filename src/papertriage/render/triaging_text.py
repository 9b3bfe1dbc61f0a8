"""Build the texts of the triage screen, in the terminal's own colours."""

from __future__ import annotations

from rich.text import Text

from papertriage.formats import cells
from papertriage.formats.evidence import shown_scores
from papertriage.models import PAST_TENSES, CachedPaper
from papertriage.render.why import highlighted
from papertriage.text import counted, visible

_TITLE, _AUTHORS, _LINE = 1_000, 5, 200
_LIKELY = 0.1
"""The score from which an untagged topic is shown; the best topic always is."""
KEYS = (
    ("k", "keep"),
    ("s", "skip"),
    ("l", "later"),
    ("u", "undo"),
    ("?", "help"),
    ("q", "quit"),
    ("o", "open"),
    ("t", "topic"),
    ("/", "search"),
    ("n", "next"),
    ("p", "back"),
)
HELP = """\
Every answer is stored before the next paper is shown.

k  keep the paper          s  skip it
l  later: show it again tomorrow
u  undo the last answer; repeat for earlier ones
n j  next, undecided       p J  previous
o  open the paper's page in the browser
t  label a topic: y yes, n no, c clear
/  search; / and Enter: the next match
+  show the similar papers next
S  skip this paper and all similar ones
Up Down Space b  scroll    Home End  top, bottom
?  this help               q  quit

The order of the papers is learned from your keeps and skips.
Labels only change the topics.

Esc closes this help."""


def page(paper: CachedPaper, novelty: str, folded: int) -> Text:
    """Return the page of a paper: title, authors, facts, topics, reasons, highlighted abstract."""
    lines = [
        Text(cells.title(paper, _TITLE), "bold"),
        Text(cells.short_authors(paper.paper.authors, _AUTHORS)),
        Text(_facts(paper), "dim"),
        _topics(paper),
        _labelled("why", cells.why(paper), "green"),
        Text(visible(novelty, _LINE), "cyan"),
        Text(f"+{folded:,} similar: + shows them, S skips all" if folded else "", "yellow"),
        Text(f"you {PAST_TENSES[paper.decision]} it" if paper.decision else "", "bold yellow"),
    ]
    text = Text("\n").join(line for line in lines if line)
    text.append("\n\n")
    return text.append_text(highlighted(paper, shown_scores(paper, None)))


def _facts(paper: CachedPaper) -> str:
    facts = (
        cells.day(paper),
        visible(", ".join(paper.paper.categories), _LINE),
        "" if paper.upvotes is None else counted(paper.upvotes, "upvote"),
        visible(paper.paper.id, _LINE),
    )
    return "  ".join(fact for fact in facts if fact)


def _labelled(label: str, text: str, style: str) -> Text:
    return Text.assemble((f"{label} ", "dim"), (text, style)) if text else Text()


def _topics(paper: CachedPaper) -> Text:
    text = Text()
    for place, score in enumerate(sorted(paper.topics, key=lambda score: -score.score)):
        worth_a_look = not place or score.tagged or score.score >= _LIKELY
        if not (worth_a_look or score.topic in paper.labels):
            continue
        name = f"{visible(score.topic, _LINE)} {cells.two_digits(score.score)}"
        text.append("  " if text else "")
        text.append(name, "bold magenta" if score.tagged else "dim")
        if score.topic in paper.labels:
            said = "yes" if paper.labels[score.topic] else "no"
            text.append(f" (you: {said})", "yellow")
    return text


def ending(tally: str) -> Text:
    """Return what the screen shows after the last paper."""
    said = tally or "nothing was decided"
    return Text.assemble(("No papers are left.", "bold"), f"\n\n{said}\n\nu undo, q quit")


def status(parts: tuple[str, ...], width: int) -> Text:
    """Return the first parts of the status, as many as fit."""
    line = ""
    for part in parts:
        longer = f"{line} | {part}" if line else part
        if len(longer) > width:
            break
        line = longer
    return Text((line or parts[0][:width]).ljust(width), "reverse", no_wrap=True)


def keys(width: int) -> Text:
    """Return the keys with their meanings, the most used first, as many as fit."""
    line = Text(no_wrap=True)
    for key, meaning in KEYS:
        if len(line) + len(key) + len(meaning) + 2 > width:
            break
        line.append("  " if line else "")
        line.append(key, "bold")
        line.append(f" {meaning}", "dim")
    return line


def message(said: str, width: int) -> Text:
    """Return the message of a key as one line."""
    return Text(visible(said, max(width, 1)), "bold", no_wrap=True, overflow="crop")
