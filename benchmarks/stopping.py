"""Print when rules for stopping would have stopped, and how often 95 % was found by then.

Replays three kinds of finished reviews: open ones; parts of them with 10 to 30 relevant papers, of
which some are called irrelevant in every second part, as if excluded later; and pools that a word
finds in a corpus, relevant being what the authors gave one keyword. Each is read once with
abstracts and once by titles alone, where ranking is worse.
"""

from __future__ import annotations

import os

# One core: read when numpy is loaded, so set before anything imports it.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import argparse
import gzip
import json
import math
import random
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from papertriage.files.review import Review, read_review
from papertriage.ranking.ranker import Ranker
from papertriage.ranking.stopping import TARGET, TILT, advice
from papertriage.topics.labelled import Text

LABEL = "label_included"
LOOKS = 50
PRIORS = 3
HELD = 0.95


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader knew after some papers."""

    read: list[bool]
    margins: list[float | None]
    unread: list[float]


@dataclass(frozen=True, slots=True)
class Run:
    """A replay to the last paper, looked at from time to time."""

    group: str
    name: str
    papers: int
    relevant: int
    looks: list[Look]


Rule = Callable[[Look], bool]


def tilted(tilt: float) -> Rule:
    """Return papertriage's rule, with margins that count so much."""
    return lambda look: (
        advice(
            look.read,
            len(look.unread),
            margins=look.margins,
            unread_margins=look.unread,
            tilt=tilt,
        ).enough
    )


def buscar(target: float) -> Rule:
    """Return BUSCAR's rule at p < .05 (Callaghan and Mueller-Hansen 2020)."""
    return lambda look: advice(look.read, len(look.unread), target=target).enough


def in_a_row(count: int) -> Rule:
    """Return: so many irrelevant papers one after another."""
    return lambda look: len(look.read) > count and any(look.read) and not any(look.read[-count:])


def power_law(look: Look) -> bool:
    """Return whether a Poisson process whose rate falls as a power of the rank has 95 % behind it.

    Fitted by maximum likelihood (Crow 1975), as one of the rates of Sneyd and Stevenson 2019.
    """
    read, found = len(look.read), sum(look.read)
    logs = sum(math.log(read / place) for place, yes in enumerate(look.read, 1) if yes)
    if found < 3 or logs == 0:
        return False
    left = found * (((read + len(look.unread)) / read) ** min(found / logs, 20) - 1)
    allowed = math.floor(found / TARGET - found + 1e-9)
    chances = (left**n * math.exp(-left) / math.factorial(n) for n in range(allowed + 1))
    return bool(sum(chances) >= HELD)


RULES: dict[str, Rule] = {
    "BUSCAR 95 %": buscar(0.95),
    "BUSCAR 90 %": buscar(0.90),
    **{f"margins, tilt {tilt:g}": tilted(tilt) for tilt in (1.0, TILT, 2.0, 3.0)},
    **{f"{count} in a row": in_a_row(count) for count in (50, 100, 200)},
    "power law": power_law,
}


def replayed(group: str, name: str, review: Review, seeds: Sequence[int]) -> Iterator[Run]:
    """Read a review to its end, from a relevant and an irrelevant paper that each seed draws."""
    papers = len(review.texts)
    step = max(1, papers // LOOKS)
    yes = [row for row, relevant in enumerate(review.relevant) if relevant]
    no = [row for row, relevant in enumerate(review.relevant) if not relevant]
    ranker = Ranker(review.texts)
    for seed in seeds:
        chance = random.Random(seed)  # noqa: S311 - for choosing, not for secrets
        order = [chance.choice(yes), chance.choice(no)]
        for row in order:
            ranker.answer(row, relevant=review.relevant[row])
        margins: list[float | None] = [None, None]
        left, looks, now = len(yes) - 1, [], [0.0] * papers
        while len(order) < papers:
            if len(order) % step == 0:
                now = ranker.margins().tolist()
                unread = [now[row] for row in set(range(papers)).difference(order)]
                read = [review.relevant[row] for row in order]
                looks.append(Look(read, [*margins], unread))
            # When none is left to find, the order within a step changes no rule.
            count = 1 if left else step - len(order) % step
            for row in best(ranker, order, count):
                ranker.answer(row, relevant=review.relevant[row])
                order.append(row)
                margins.append(now[row])
                left -= review.relevant[row]
        yield Run(group, name, papers, len(yes), looks)
        for row in order:
            ranker.take_back(row)


def best(ranker: Ranker, order: list[int], count: int) -> list[int]:
    """Return the unanswered rows with the top scores."""
    if count == 1:
        top = ranker.best()
        return [] if top is None else [top]
    scores = ranker.scores().tolist()
    return sorted(set(range(len(scores))).difference(order), key=lambda row: -scores[row])[:count]


def parts(reviews: dict[str, Review], count: int) -> Iterator[tuple[str, Review]]:
    """Draw parts of the reviews: 350 to 1,400 papers, 10 to 30 of them relevant."""
    for which, (name, review) in enumerate(reviews.items()):
        for number in range(count):
            chance = random.Random(1000 * which + number)  # noqa: S311 - as above
            yes = [row for row, relevant in enumerate(review.relevant) if relevant]
            no = [row for row, relevant in enumerate(review.relevant) if not relevant]
            chance.shuffle(yes)
            kept = yes[: chance.randint(10, 30)]
            excluded = yes[len(kept) : 2 * len(kept)] if number // 2 % 2 else []
            rows = [*kept, *excluded, *chance.sample(no, chance.randint(350, 1400))]
            chance.shuffle(rows)
            relevant = set(kept)
            part = Review(
                tuple(review.texts[row] for row in rows), tuple(row in relevant for row in rows)
            )
            yield f"{name[:4]}.{number}", part


def keyword_sets(data: Path, count: int) -> Iterator[tuple[str, Review]]:
    """Draw keywords; the pool of each are the papers with a word that most of its papers have."""
    texts: list[Text] = []
    keywords: dict[str, list[int]] = defaultdict(list)
    with gzip.open(data / "corpus" / "abstracts.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            found = json.loads(line)
            if found.get("abstract") and found.get("keywords"):
                for keyword in {one.strip().lower() for one in found["keywords"].split(";")}:
                    keywords[keyword].append(len(texts))
                texts.append(Text(found["title"], found["abstract"]))
    words = [set(re.findall("[a-z]{5,}", f"{t.title} {t.abstract}".lower())) for t in texts]
    holding: dict[str, list[int]] = defaultdict(list)
    for row, own in enumerate(words):
        for word in own:
            holding[word].append(row)
    chance = random.Random(11)  # noqa: S311 - as above
    usable = sorted(keyword for keyword, rows in keywords.items() if 25 <= len(rows) <= 400)
    chance.shuffle(usable)
    made = 0
    for keyword in usable:
        rows = keywords[keyword]
        shared = sorted(set().union(*(words[row] for row in rows)))
        shares = {w: sum(w in words[row] for row in rows) / len(rows) for w in shared}
        common = [w for w in shared if shares[w] >= 0.5 and 600 <= len(holding[w]) <= 5000]
        if not common:
            continue
        pool = holding[max(common, key=lambda w: shares[w] / len(holding[w]) ** 0.7)]
        yes = [row for row in pool if row in set(rows)]
        no = [row for row in pool if row not in set(rows)]
        if len(yes) < 8:
            continue
        picked = chance.sample(yes, min(len(yes), chance.randint(8, 40)))
        drawn = [*picked, *chance.sample(no, min(len(no), chance.randint(400, 1400)))]
        chance.shuffle(drawn)
        relevant = tuple(row in set(picked) for row in drawn)
        yield keyword, Review(tuple(texts[row] for row in drawn), relevant)
        made += 1
        if made == count:
            return


def sets(data: Path, count: int) -> Iterator[tuple[str, str, Review]]:
    """Yield kind, name and review of every set, with abstracts and by titles alone."""
    files = sorted((data / "triage").glob("*.csv"))
    reviews = {file.stem: read_review(str(file), LABEL) for file in files}
    drawn = {
        "whole": reviews.items(),
        "parts": parts(reviews, count // 3),
        "keywords": keyword_sets(data, count),
    }
    for kind, name, review in ((k, *one) for k, kinds in drawn.items() for one in kinds):
        yield f"{kind}, abstracts", name, review
        titles = tuple(Text(text.title, None) for text in review.texts)
        yield f"{kind}, titles", name, Review(titles, review.relevant)


def stopped(run: Run, rule: Rule) -> tuple[float, float]:
    """Return the share read and the recall where a rule stops."""
    for look in run.looks:
        if rule(look):
            return len(look.read) / run.papers, sum(look.read) / run.relevant
    return 1.0, 1.0


def row(rule: str, stops: dict[str, list[tuple[float, float]]]) -> str:
    """Return a line of the table: means over sets, so that none counts more than another."""
    every = [stop for run in stops.values() for stop in run]
    read = statistics.mean(statistics.mean(s[0] for s in run) for run in stops.values())
    recall = statistics.mean(statistics.mean(s[1] for s in run) for run in stops.values())
    held = statistics.mean(
        statistics.mean(s[1] >= HELD - 1e-9 for s in run) for run in stops.values()
    )
    worst = min(stop[1] for stop in every)
    return f"{rule:<18}{read:>8.3f}{recall:>8.3f}{worst:>8.3f}{held:>8.3f}"


def main() -> int:
    """Print the tables; fail where the promise of the rule in use is not held on whole reviews."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="DIR")
    parser.add_argument("--sets", type=int, default=18, metavar="N", help="parts, and keywords")
    given = parser.parse_args()
    if not (given.data / "triage").is_dir():
        print(f"no reviews in {given.data}/triage: name their directory with --data")
        return 1
    found: dict[str, dict[str, dict[str, list[tuple[float, float]]]]] = {}
    bounds: dict[str, list[bool]] = {"by margins": [], "by counts": []}
    for group, name, review in sets(given.data, given.sets):
        for run in replayed(group, name, review, range(1, PRIORS + 1)):
            for rule, stops in RULES.items():
                place = found.setdefault(group, {}).setdefault(rule, {}).setdefault(name, [])
                place.append(stopped(run, stops))
            note_bounds(run, bounds)
        print(f"{group}: {name}, {len(review.texts)} papers", file=sys.stderr, flush=True)
    for group, rules in sorted(found.items()):
        count = len(rules["BUSCAR 95 %"])
        print(f"\n{group} ({count} sets x {PRIORS} priors)")
        print(f"{'rule':<18}{'read':>8}{'recall':>8}{'worst':>8}{'held':>8}")
        for rule, by_set in rules.items():
            print(row(rule, by_set))
    print()
    for how, held in bounds.items():
        print(f"bounds at 90 % that help, {how}: {statistics.mean(held):.3f} of {len(held):,} hold")
    ours = found["whole, abstracts"][f"margins, tilt {TILT:g}"].values()
    every = [stop[1] >= HELD - 1e-9 for stops in ours for stop in stops]
    return 0 if statistics.mean(every) >= HELD else 1


def note_bounds(run: Run, bounds: dict[str, list[bool]]) -> None:
    """Note for every look whether no more was missed than the bound says, where it says much."""
    for look in run.looks:
        left, unread = run.relevant - sum(look.read), len(look.unread)
        own = advice(
            look.read, unread, margins=look.margins, unread_margins=look.unread, confidence=0.9
        )
        for how, said in (
            ("by margins", own),
            ("by counts", advice(look.read, unread, confidence=0.9)),
        ):
            if said.known:
                bounds[how].append(left <= said.missed_at_most)


if __name__ == "__main__":
    sys.exit(main())
