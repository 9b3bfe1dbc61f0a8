from __future__ import annotations

import os
import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented import invented_texts
from papertriage.errors import InputError
from papertriage.topics.definitions import parse_topic
from papertriage.topics.labelled import Text
from papertriage.topics.suggesting import MIN_PAPERS, sample_evenly, suggest_topics
from processes import SOURCE

TESTS = Path(__file__).parents[1]
TEXTS = invented_texts(100)


def test_a_cluster_is_named_by_what_sets_it_apart():
    chance = random.Random(4)  # noqa: S311 - invented texts, no secrets
    subjects = (
        ("point clouds", "lidar scans", "scene geometry", "voxel grids"),
        ("machine translation", "target languages", "parallel corpora", "word order"),
        ("nash equilibria", "zero-sum games", "mixed strategies", "regret bounds"),
    )
    texts = [
        Text(
            f"{chance.choice(said)} {n}",
            f"It is {said[0]} and {' or '.join(chance.sample(said, 3))}. It has {n} in it.",
        )
        for n in range(60)
        for said in subjects
    ]
    for one in suggest_topics(texts, [])[:3]:
        (said,) = (said for said in subjects if one.name in " ".join(said))
        assert one.size >= 15
        assert sum(term in " ".join(said) for term in one.terms) == len(one.terms) >= 2
        assert len(one.titles) == 3
        assert all(any(part in title for part in said) for title in one.titles)


def test_the_same_texts_give_the_same_suggestions():
    assert suggest_topics(TEXTS, []) == suggest_topics(list(TEXTS), [])


COUNTLESS = """
from invented import invented_texts
from papertriage.topics.suggesting import suggest_topics

print(len(suggest_topics(invented_texts(60), [])))
"""


def test_a_machine_that_does_not_tell_its_cores_is_not_complained_of():
    # On a minimal system nothing counts them: neither lscpu nor another program is found.
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", COUNTLESS],
        env={"PATH": "", "PYTHONPATH": os.pathsep.join((str(SOURCE), str(TESTS)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 0


def test_suggestions_can_be_added_as_they_are_and_have_names_of_their_own():
    found = suggest_topics(TEXTS, [])
    names = [one.name for one in found]
    assert len(names) == len(set(names)) > 1
    for one in found:
        topic = parse_topic({"name": one.name, "phrases": list(one.phrases)}, "suggested")
        assert topic.phrases[0] == topic.name
        assert 1 <= len(one.phrases) <= 3
        assert '"' not in "".join(one.phrases)
    assert not {one.name for one in suggest_topics(TEXTS, names)} & set(names)


def test_words_that_only_a_bracket_joins_are_no_phrase():
    texts = [Text(f"Sonar {n}", "Ocean mapping sonar (OMS) is ours and new.") for n in range(40)]
    texts += [Text(f"Bread {n}", "Sourdough baking is an old craft.") for n in range(40)]
    said = {term for one in suggest_topics(texts, []) for term in one.terms}
    assert said
    assert not {"sonar oms", "mapping sonar oms"} & said


def test_too_few_papers_are_refused_in_one_line():
    with pytest.raises(InputError, match=f"39 of the {MIN_PAPERS} needed"):
        suggest_topics(TEXTS[:39], [])


@pytest.mark.parametrize("text", [Text("Same", "The same paper again and again."), Text("", None)])
def test_papers_that_are_all_alike_make_no_cluster(text: Text):
    assert suggest_topics([text] * 50, []) == []


@given(st.integers(0, 300), st.integers(1, 40))
def test_a_sample_is_even_and_bounded(count: int, most: int):
    kept = [
        int(text.title) for text in sample_evenly((Text(str(n), None) for n in range(count)), most)
    ]
    assert len(kept) == min(count, most)
    assert kept == sorted(set(kept))
    if count > most:
        gaps = [after - before for before, after in pairwise(kept)]
        assert max(gaps, default=1) <= 3 * (count / most) + 1
        assert kept[0] == 0
