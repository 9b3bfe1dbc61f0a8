from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from invented import BIRDSONG, invented_labels, invented_texts
from papertriage.topics.hygiene import (
    Contradiction,
    check_labels,
    find_contradictions,
    shared_vocabulary,
)
from papertriage.topics.labelled import LabelledPaper, Text

ABSTRACT = (
    "We record songbirds in a valley and count the syllables of each bird song by hand. Males that "
    "had a tutor repeat trills in a fixed order, while those raised alone invent whistles of their "
    "own. Loudness follows the weather, and dawn recordings hold twice as many species as dusk."
)
BACKGROUND = invented_texts(200)


def paper(name: str, title: str, abstract: str | None, *, label: bool) -> LabelledPaper:
    return LabelledPaper(name, Text(title, abstract), {"birdsong": label})


def found(papers: Sequence[LabelledPaper]) -> list[Contradiction]:
    return find_contradictions("birdsong", papers, shared_vocabulary(papers, BACKGROUND))


def pairs(papers: Sequence[LabelledPaper]) -> list[tuple[str, str]]:
    return [(one.yes.id, one.no.id) for one in found(papers)]


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("Counting syllables", ABSTRACT),
        ("Counting the Syllable", ABSTRACT),
        ("COUNTING  Syllables.", "Tractors are unlike anything that is said in the other one."),
        ("Counting syllables", None),
    ],
)
def test_near_duplicates_with_opposite_labels_contradict(title: str, abstract: str | None):
    yes = paper("a", "Counting syllables", ABSTRACT, label=True)
    no = paper("b", title, abstract, label=False)
    assert pairs([no, yes]) == [("a", "b")]
    assert pairs([yes, replace(no, labels={"birdsong": True})]) == []
    assert pairs([yes, replace(no, labels={"farms": False})]) == []


def test_papers_that_share_a_subject_do_not_contradict():
    yes = paper("a", "Counting syllables", ABSTRACT, label=True)
    no = paper("b", "Songbirds", "The songbirds of another valley were heard on tape.", label=False)
    assert pairs([yes, no]) == []
    assert pairs([replace(yes, text=Text("", None)), replace(no, text=Text("?", None))]) == []


def test_the_most_similar_pair_comes_first():
    yes = paper("a", "Counting syllables", ABSTRACT, label=True)
    near = paper("b", "Counting the syllables", f"{ABSTRACT} Recordings are open.", label=False)
    same = paper("c", "Counting syllables", ABSTRACT, label=False)
    first, second = found([yes, near, same])
    assert (first.no.id, second.no.id) == ("c", "b")
    assert first.similarity == 1.0 > second.similarity >= 0.9


def test_wrong_labels_are_among_the_first_that_are_doubted():
    papers = invented_labels(120)
    wrong = {papers[at].id for at in (9, 40)}
    spoilt = [
        replace(one, labels={"birdsong": one.labels["birdsong"] != (one.id in wrong)})
        for one in papers
    ]
    (checked,) = check_labels({"birdsong": BIRDSONG}, spoilt, BACKGROUND)
    assert checked.doubts is not None
    assert wrong <= {doubt.paper.id for doubt in checked.doubts[:4]}
    surprises = [abs(doubt.label - doubt.probability) for doubt in checked.doubts]
    assert surprises == sorted(surprises, reverse=True)
    for doubt in checked.doubts:
        assert doubt.label == doubt.paper.labels["birdsong"] == (doubt.probability < 0.5)


def test_right_labels_are_hardly_doubted():
    (checked,) = check_labels({"birdsong": BIRDSONG}, invented_labels(120), BACKGROUND)
    assert (checked.labelled, checked.contradictions) == (120, ())
    assert len(checked.doubts or ()) <= 4


def test_few_labels_are_compared_but_not_doubted():
    yes = paper("a", "Counting syllables", ABSTRACT, label=True)
    no = paper("b", "Counting syllables", ABSTRACT, label=False)
    (checked,) = check_labels({"birdsong": BIRDSONG}, [yes, no], [])
    assert (checked.labelled, len(checked.contradictions), checked.doubts) == (2, 1, None)


def test_a_paper_without_a_label_of_the_topic_is_not_checked_for_it():
    papers = [*invented_labels(60), LabelledPaper("x", Text("Songbirds", None), {"farms": False})]
    farms = replace(BIRDSONG, name="farms")
    first, second = check_labels({"birdsong": BIRDSONG, "farms": farms}, papers, BACKGROUND)
    assert (first.labelled, second.labelled, second.doubts) == (60, 1, None)
    assert "x" not in {doubt.paper.id for doubt in first.doubts or ()}
