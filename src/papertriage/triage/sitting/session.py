"""Hold the state of a triage session: the paper shown, the answers, and how to undo them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from papertriage.cache.journal import Undone
from papertriage.errors import InputError
from papertriage.formats.cells import title
from papertriage.models import PAST_TENSES, CachedPaper, Decision
from papertriage.text import counted
from papertriage.triage.pace import Budget
from papertriage.triage.sitting.ordering import Ordering
from papertriage.triage.sitting.walk import Walk

_KEPT: dict[Decision | None, bool | None] = {"keep": True, "skip": False, "later": None, None: None}
_TITLE = 60
_AUDIT = "audit: chosen at random among all papers that wait"


class Cache(Protocol):
    """What a session reads and writes; a write is committed when it returns, or raises."""

    def paper(self, name: str) -> CachedPaper | None:
        """Return a paper."""

    def decide(self, papers: Sequence[str], decision: Decision) -> None:
        """Store a decision for each of the papers."""

    def undo(self, papers: Sequence[str]) -> list[Undone]:
        """Undo the last decision on each of the papers."""

    def label(self, paper: str, topic: str, value: bool | None) -> None:
        """Store a label, or remove it."""

    def search(self, query: str) -> list[str]:
        """Return the matching papers; raises InputError."""

    def audit(self, paper: str) -> None:
        """Record a paper as an audit."""

    def pass_over(self, papers: Sequence[str], why: str) -> int:
        """Record the undecided ones of the papers as not seen, and return how many."""


class Order(Protocol):
    """What learns from the answers in the background."""

    def tell(self, paper: str, kept: bool | None) -> None:
        """Report that a paper was kept (True), skipped (False) or neither any more (None)."""

    def latest(self) -> Ordering:
        """Return the newest ordering, without waiting."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one key did and one undo reverts: decisions, or a label with the one before it."""

    papers: tuple[str, ...]
    decision: Decision | None = None
    topic: str = ""
    before: bool | None = None


class Session:
    """A session with one method for each key, which returns the message to show.

    Methods raise CacheBusy if another process holds the cache: then nothing has changed, and the
    call may be repeated.
    """

    def __init__(
        self,
        walk: Walk,
        cache: Cache,
        order: Order,
        *,
        seconds: Callable[[], float],
        budget: Budget | None = None,
        uncertain: bool = False,
        draw: Callable[[Sequence[str]], str | None] | None = None,
        pass_rest: Callable[[Sequence[str], str], int] | None = None,
    ) -> None:
        """Begin with the first paper of the walk; `seconds` is a monotonic clock.

        `draw` may choose a waiting paper to be shown next as an audit. `pass_rest` is given if more
        papers wait than are in the walk: it passes over all except those that were shown.
        """
        self._pass_rest = pass_rest
        self._draw, self._audits = draw, set[str]()
        self._walk, self._cache, self._order = walk, cache, order
        self._seconds, self._budget, self._uncertain = seconds, budget, uncertain
        self._answers: list[Answer] = []
        self._trail: list[str] = []
        self._at = -1
        self._at_end = False
        self._hits: list[str] = []
        self._last = seconds()
        self._ordering = Ordering()
        self.paper: CachedPaper | None = None
        self._advance()

    def answer(self, decision: Decision) -> str:
        """Decide on the paper shown, and show the next."""
        return self._decide(decision, fold=False)

    def skip_fold(self) -> str:
        """Skip the paper shown and all that are folded behind it."""
        return self._decide("skip", fold=True)

    def _decide(self, decision: Decision, *, fold: bool) -> str:
        if self.paper is None:
            return "no papers are left: u undoes the last answer, q quits"
        name, shown = self._name, title(self.paper, _TITLE)
        papers = (name, *(self._walk.fold(name) if fold else ()))
        for audit in self._audits.intersection(papers):
            self._cache.audit(audit)
        self._cache.decide(papers, decision)
        self._answers.append(Answer(papers, decision))
        self._walk.close(papers)
        for paper in papers:
            self._order.tell(paper, _KEPT[decision])
        self._spend()
        self._advance()
        more = f" and {len(papers) - 1} similar" if len(papers) > 1 else ""
        return f"{PAST_TENSES[decision]}{more}: {shown}"

    def undo(self) -> str:
        """Undo the last answer of this session, and show its paper again."""
        if not self._answers:
            return "nothing to undo in this session: `papertriage undo` undoes earlier decisions"
        last = self._answers[-1]
        if last.decision is None:
            self._cache.label(last.papers[0], last.topic, last.before)
            said = f"undid the label for {last.topic}"
        else:
            undone = self._cache.undo(last.papers)
            for one in undone:
                self._order.tell(one.paper, _KEPT[_decision(one.now)])
            # A paper that was decided twice keeps its first decision, and stays closed.
            before = {paper for a in self._answers[:-1] if a.decision for paper in a.papers}
            holds = {one.paper for one in undone if one.now in {"keep", "skip"}} | before
            self._walk.reopen([one.paper for one in undone if one.paper not in holds])
            more = f" and {len(last.papers) - 1} similar" if len(last.papers) > 1 else ""
            said = f"no longer {PAST_TENSES[last.decision]}{more}"
        self._answers.pop()
        self._spend()
        self._show(last.papers[0])
        return said

    def onward(self) -> str:
        """Show the next paper and leave this one undecided."""
        self._spend()
        if self._at + 1 < len(self._trail):
            self._at += 1
            self._read()
            return ""
        if self.paper is None:
            return "this was the last paper"
        self.refresh()
        here = self._name
        unseen = self._unseen()
        found = unseen or self._walk.next_looked_past(here)
        if found is None or found == here:
            return "no other papers are left"
        self._show(found)
        return "" if unseen else "all papers were shown: this one is still undecided"

    def back(self) -> str:
        """Show the paper that was shown before."""
        at = self._at - 1 if self.paper is not None else len(self._trail) - 1
        if at < 0:
            return "this is the first paper"
        self._at = at
        self._read()
        return ""

    def unfold(self) -> str:
        """Show the papers folded behind this one next."""
        folded = self._walk.unfold(self._name) if self.paper else []
        if not folded:
            return "no similar papers are folded here"
        return f"showing {counted(len(folded), 'similar paper')} next"

    def label(self, topic: str, value: bool | None) -> str:
        """Label the paper as belonging to a topic (True) or not (False); None removes the label."""
        if self.paper is None:
            return "no paper is shown"
        name, before = self._name, self.paper.labels.get(topic)
        if before is value:
            return "the label is unchanged"
        self._cache.label(name, topic, value)
        self._answers.append(Answer((name,), topic=topic, before=before))
        self._read()
        done = {True: "labelled as", False: "labelled as not", None: "removed the label for"}[value]
        return f"{done} {topic}"

    def search(self, query: str) -> str:
        """Show the best match, waiting papers first; an empty query shows the next match."""
        if query.strip():
            try:
                found = self._cache.search(query)
            except InputError as error:
                return str(error)
            self._hits = sorted(found, key=lambda paper: paper not in self._walk)
            if not found:
                return f"no papers match {query}"
        elif self._hits:
            self._hits = [*self._hits[1:], self._hits[0]]
        else:
            return "no search to repeat: type what to search for"
        self._show(self._hits[0])
        where = "" if self._hits[0] in self._walk else f", not {self._beyond}"
        return f"{_matches(self._hits)}{where}"

    def topics(self) -> list[tuple[str, float, bool | None]]:
        """Return the paper's topics with scores and labels, best first."""
        if self.paper is None:
            return []
        scores = sorted(self.paper.topics, key=lambda score: -score.score)
        return [(s.topic, s.score, self.paper.labels.get(s.topic)) for s in scores]

    def refresh(self) -> bool:
        """Apply the newest ordering; return whether there was a new one."""
        latest = self._order.latest()
        if latest is self._ordering:
            return False
        self._ordering = latest
        self._walk.reorder(latest.papers, latest.alike)
        return True

    @property
    def folded(self) -> int:
        """Return how many papers are folded behind the one shown."""
        return len(self._walk.fold(self._name)) if self.paper else 0

    @property
    def novelty(self) -> str:
        """Return how similar the paper is to kept ones, in a few words, or ""."""
        if self.paper and self._name in self._audits:
            return _AUDIT
        return self._ordering.novelty.get(self._name, "") if self.paper else ""

    def status(self) -> tuple[str, ...]:
        """Return the parts of the status line, the most important first."""
        time_up = "time is up: q quits" if self._budget and self._budget.spent else ""
        learned = self._ordering.learned_from
        order = f"learned from {counted(learned, 'decision')}" if learned else "order of `today`"
        if self._uncertain:
            order = f"most uncertain first, {order}"
        parts = (
            f"{self._place()}{self._walk.left():,} left",
            time_up,
            self._ordering.advice if self._ordering.enough else "",
            self.tally(),
            order,
            self._ordering.doing,
            "" if self._ordering.enough else self._ordering.advice,
        )
        return tuple(part for part in parts if part)

    @property
    def _name(self) -> str:
        """Return the id under which the session knows the paper shown."""
        return self._trail[self._at]

    def _place(self) -> str:
        place = self._walk.place(self._name) if self.paper else 0
        return f"{place:,} of {self._walk.places:,}, " if place else ""

    def tally(self) -> str:
        """Return "kept 2, skipped 4" for this session, or ""."""
        said = {p: a.decision for a in self._answers if a.decision for p in a.papers}
        counts = {word: list(said.values()).count(name) for name, word in PAST_TENSES.items()}
        return ", ".join(f"{word} {count:,}" for word, count in counts.items() if count)

    def labelled(self) -> list[str]:
        """Return the topics that were labelled in this session."""
        return list(dict.fromkeys(answer.topic for answer in self._answers if answer.topic))

    def finish(self) -> str:
        """Return a summary; if the time was used up, record the other papers as not seen."""
        done = self.tally() or "nothing decided"
        if self._budget is None:
            where = " in this queue" if self._pass_rest else ""
            return f"{done}; {counted(self._walk.left(), 'paper')} left{where}"
        if not (self._budget.spent or self._at_end):
            return f"{done}; ended early: the other papers still wait"
        passed = self._pass_over(self._budget.reason)
        if not passed:
            return f"{done}; every paper was shown"
        return (
            f"{done}; {counted(passed, 'other paper')} marked as not seen:"
            " `papertriage triage --again` shows them"
        )

    def _pass_over(self, why: str) -> int:
        if self._pass_rest:
            return self._pass_rest(self._trail, why)
        unseen = self._walk.unseen()
        return self._cache.pass_over(unseen, why) if unseen else 0

    @property
    def _beyond(self) -> str:
        return "in this queue" if self._pass_rest else "waiting for a decision"

    def _spend(self) -> None:
        now = self._seconds()
        if self._budget:
            self._budget.spend(now - self._last)
        self._last = now

    def _unseen(self) -> str | None:
        found = self._walk.next_unseen()
        self._at_end = found is None
        return found

    def _advance(self) -> None:
        self.refresh()
        found = self._drawn() or self._unseen() or self._walk.next_looked_past(None)
        if found is None:
            self.paper, self._at = None, len(self._trail)
        else:
            self._show(found)

    def _drawn(self) -> str | None:
        found = self._draw(self._walk.unseen()) if self._draw else None
        if found:
            self._walk.admit(found)
            self._audits.add(found)
        return found

    def _show(self, paper: str) -> None:
        if not self._trail or self._trail[-1] != paper:
            self._trail.append(paper)
        self._at = len(self._trail) - 1
        self._walk.look(paper)
        self._read()

    def _read(self) -> None:
        name = self._trail[self._at]
        self.paper = self._cache.paper(name)
        if self.paper is None:
            # Another process has removed or merged it.
            self._walk.close([name])
            del self._trail[self._at]
            self._advance()


def _decision(name: str | None) -> Decision | None:
    return next((decision for decision in PAST_TENSES if decision == name), None)


def _matches(hits: Sequence[str]) -> str:
    return "1 match" if len(hits) == 1 else f"{len(hits):,} matches: / and Enter show the next"
