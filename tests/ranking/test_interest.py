from __future__ import annotations

import random
from functools import cache
from math import log
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented import invented_text
from papertriage.models import INTEREST
from papertriage.paths import seeds_dir
from papertriage.ranking.interest import DecidedText, InterestRecipe, train_interest
from papertriage.topics.labelled import Text
from papertriage.topics.model import Model, dump_model, load_model
from papertriage.topics.scoring import score_paper


@cache
def background() -> Model:
    return load_model(seeds_dir() / "model.txt")


def decided(count: int, seed: int = 3, noise: float = 0.0) -> list[DecidedText]:
    """Keep what is on bird song, one in three, and skip farming; noise turns some round."""
    chance = random.Random(seed)  # noqa: S311 - invented texts, no secrets
    return [
        DecidedText(
            invented_text(chance, singing=n % 3 == 0), (n % 3 == 0) != (chance.random() < noise)
        )
        for n in range(count)
    ]


def score(model: Model, text: Text) -> float:
    (found,) = score_paper(model, text.title, text.abstract)
    return found.score


def test_what_is_like_the_kept_scores_higher_than_what_is_like_the_skipped() -> None:
    model = train_interest(decided(12), background())
    new = decided(40, seed=4)
    kept = [score(model, one.text) for one in new if one.keep]
    skipped = [score(model, one.text) for one in new if not one.keep]
    above = sum(k > s for k in kept for s in skipped) / (len(kept) * len(skipped))
    assert above > 0.97
    assert model.topics[INTEREST].trained_on == {"keeps": 4, "skips": 8}


def test_the_same_decisions_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    said = decided(20)
    text = dump_model(train_interest(said, background()))
    shuffled = [*said]
    random.Random(0).shuffle(shuffled)  # noqa: S311 - as above
    assert dump_model(train_interest(shuffled, background())) == text
    assert dump_model(train_interest(decided(21), background())) != text
    (tmp_path / "model").write_text(text, encoding="utf-8")
    assert dump_model(load_model(tmp_path / "model")) == text


def test_the_evidence_adds_up_to_the_log_odds_with_both_signs() -> None:
    model = train_interest(decided(30), background())
    text = Text("Songbirds and tractor engines", "A bird song, then a harvest of barley and seed.")
    (found,) = score_paper(model, text.title, text.abstract)
    total = sum(weight for _, weight in found.evidence)
    assert total == pytest.approx(log(found.score / (1 - found.score)), abs=1e-3)
    terms = {name: weight for name, weight in found.evidence if not name.startswith("(")}
    assert min(terms.values()) < 0 < max(terms.values())
    assert len(terms) == 8


def test_the_weights_are_those_of_scikit_learns_squared_hinge() -> None:
    from sklearn.svm import LinearSVC

    from papertriage.topics.features import Vocabulary, tfidf

    said = decided(40, noise=0.2)
    recipe = InterestRecipe(prior=0.0)
    ours = train_interest(said, background(), recipe)
    lines = {term: line.split(" ") for term, line in ours.tables[0].lines.items()}
    vocabulary = Vocabulary(
        {term: n for n, term in enumerate(lines)}, [float(idf) for idf, _ in lines.values()]
    )
    rows = tfidf([one.text for one in said], vocabulary)
    theirs = LinearSVC(C=recipe.cost, dual=True, tol=1e-8, max_iter=100_000, random_state=0)
    theirs.fit(rows, [one.keep for one in said])
    weights = [float(weight) for _, weight in lines.values()]
    slope = max(weights, key=abs) / max(theirs.coef_[0], key=abs)
    assert slope > 0
    # Four decimals are written.
    assert max(
        abs(a - slope * b) for a, b in zip(weights, theirs.coef_[0], strict=True)
    ) < 2e-4 * max(1, slope)


def test_probabilities_are_about_as_many_as_are_kept() -> None:
    model = train_interest(decided(150, noise=0.1), background())
    new = decided(200, seed=5, noise=0.1)
    expected = sum(score(model, one.text) for one in new)
    assert expected == pytest.approx(sum(one.keep for one in new), rel=0.2)
    quality = model.topics[INTEREST].quality
    assert quality is not None
    assert (quality.labelled, quality.calibration_error < 0.12) == (150, True)


def test_topics_say_what_four_decisions_cannot() -> None:
    said = [
        DecidedText(
            Text("Learning a reward model", "From human feedback we learn a reward."), True
        ),
        DecidedText(
            Text("Preferences of people", "We align a language model to preferences."), True
        ),
        DecidedText(
            Text("Causal discovery", "We find the causal graph from interventions."), False
        ),
        DecidedText(
            Text("Confounders", "An unobserved confounder biases the causal effect."), False
        ),
    ]
    # Not one of its terms stands in a decided paper.
    new = Text("RLHF", "Harmlessness and helpfulness with RLHF and DPO under red teaming by users.")
    without = train_interest(said, background(), InterestRecipe(prior=0.0))
    (bare,) = score_paper(without, new.title, new.abstract)
    (known,) = score_paper(train_interest(said, background()), new.title, new.abstract)
    assert [name for name, _ in bare.evidence if not name.startswith("(")] == []
    assert known.score > bare.score + 0.02


@pytest.mark.parametrize("keeps", [0, 1, 9])
def test_too_few_of_either_kind_is_said(keeps: int) -> None:
    said = [DecidedText(one.text, n < keeps) for n, one in enumerate(decided(10))]
    with pytest.raises(ValueError, match=f"{keeps} keeps and {10 - keeps} skips"):
        train_interest(said, background())


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.text(max_size=60), st.none() | st.text(max_size=200)), min_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_any_texts_can_be_decided_and_the_model_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[tuple[str, str | None]],
    more: list[bool],
) -> None:
    keeps = [True, True, False, False, *more, *[False] * len(texts)]
    said = [DecidedText(Text(*text), keep) for text, keep in zip(texts, keeps, strict=False)]
    model = train_interest(said, background())
    path = tmp_path_factory.mktemp("any") / "model"
    path.write_text(dump_model(model), encoding="utf-8")
    read = load_model(path)
    assert read.hash == model.hash
    assert all(0 < score(read, one.text) < 1 for one in said)


def test_papers_that_are_empty_or_alike_can_be_decided() -> None:
    same = Text("One title", None)
    said = [DecidedText(Text("", None), keep) for keep in (True, False)]
    said += [DecidedText(same, keep) for keep in (True, True, False, False)]
    model = train_interest(said, background())
    assert score(model, same) == pytest.approx(0.5, abs=0.1)
    assert 0 < score(model, Text("", None)) < 1
