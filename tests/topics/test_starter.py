from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from conftest import SHARED
from invented import BIRDSONG, invented_labels, invented_texts
from papertriage.paths import seeds_dir
from papertriage.topics.definitions import dump_topic
from papertriage.topics.model import Model, load_model
from papertriage.topics.scoring import score_paper
from papertriage.topics.starter import main, read_background, read_starter_labels

SHIPPED = seeds_dir() / "model.txt"

OF_TOPIC = {
    "alignment": (
        "Learning what people want: reward models from human feedback for safer assistants",
        (
            "Large language models should follow human preferences. We train a reward model on "
            "pairwise human feedback and optimize the policy with RLHF and direct preference "
            "optimization. Aligned models refuse harmful requests and resist jailbreak attacks."
        ),
    ),
    "diffusion": (
        "Faster sampling for score-based diffusion models",
        (
            "Diffusion models generate images by reversing a noising process. We distill a "
            "denoising diffusion model into a few sampling steps with flow matching and "
            "classifier-free guidance, and improve image generation over latent diffusion "
            "baselines."
        ),
    ),
    "ood": (
        "Out-of-distribution generalization under covariate shift",
        (
            "Models fail under distribution shift. We study domain generalization to unseen "
            "domains and out-of-distribution detection, where spurious correlations in the "
            "training distribution do not hold on the test distribution."
        ),
    ),
    "causality": (
        "Estimating heterogeneous treatment effects with hidden confounding",
        (
            "We study causal inference from observational data. With an instrumental variable we "
            "identify the average treatment effect under unobserved confounding, and causal "
            "discovery recovers the structural causal model."
        ),
    ),
}
TRAPS = [
    (
        "alignment",
        "Cross-modal feature alignment for audio and video retrieval",
        (
            "We propose a modality alignment module that aligns audio and video features in a "
            "shared space. Contrastive feature alignment improves retrieval on three benchmarks."
        ),
    ),
    (
        "alignment",
        "Neural word alignment for low-resource translation",
        (
            "Word alignment links the words of a sentence pair. Our sequence alignment network "
            "lowers the alignment error rate on five language pairs."
        ),
    ),
    (
        "alignment",
        "Fast multiple sequence alignment of proteins",
        (
            "Multiple sequence alignment of protein families is slow. We present an alignment "
            "algorithm with banded dynamic programming."
        ),
    ),
    (
        "diffusion",
        "A finite element solver for heat diffusion in layered materials",
        (
            "We solve the heat diffusion equation with variable conductivity by an adaptive "
            "finite element method, and bound the discretization error."
        ),
    ),
    (
        "diffusion",
        "Predicting information diffusion in social networks",
        (
            "Information diffusion describes how posts spread over a social network. We predict "
            "cascade size from early retweets with a recurrent network."
        ),
    ),
    (
        "causality",
        "Efficient attention kernels for causal language models",
        (
            "Causal language models are decoders with a causal attention mask. We speed up "
            "pretraining of autoregressive transformers with causal masking by a fused attention "
            "kernel."
        ),
    ),
    (
        "causality",
        "Streaming speech recognition with causal convolutions",
        (
            "Causal convolutions and a causal attention mask let a streaming recognizer emit "
            "words without looking ahead, at low latency."
        ),
    ),
    (
        "ood",
        "Robust point cloud registration for indoor mapping",
        (
            "We present a robust registration method that tolerates outliers and noisy "
            "correspondences. The robust estimator is faster than earlier solvers."
        ),
    ),
    (
        "ood",
        "Robust control of quadrotors with bounded disturbances",
        ("A robust controller keeps the tracking error small under wind gusts and actuator noise."),
    ),
]


@pytest.fixture(scope="module")
def shipped() -> Model:
    return load_model(SHIPPED)


def tagged(model: Model, title: str, abstract: str | None) -> set[str]:
    return {score.topic for score in score_paper(model, title, abstract) if score.tagged}


def test_the_shipped_model_is_small_and_has_the_four_topics(shipped: Model):
    assert SHIPPED.stat().st_size < 3_000_000
    assert sorted(shipped.topics) == ["alignment", "causality", "diffusion", "ood"]


@pytest.mark.parametrize("name", ["alignment", "causality", "diffusion", "ood"])
def test_the_shipped_model_states_quality_worth_shipping(shipped: Model, name: str):
    quality = shipped.topics[name].quality
    assert quality is not None
    assert quality.labelled > 1000
    assert quality.average_precision > 0.93
    assert quality.f1 > 0.82
    assert quality.calibration_error <= 0.05


@pytest.mark.parametrize("name", OF_TOPIC)
def test_a_plain_paper_of_a_topic_gets_that_tag_alone(shipped: Model, name: str):
    assert tagged(shipped, *OF_TOPIC[name]) == {name}


@pytest.mark.parametrize(("name", "title", "abstract"), TRAPS)
def test_the_same_word_in_another_sense_gets_no_tag(
    shipped: Model, name: str, title: str, abstract: str
):
    assert name not in tagged(shipped, title, abstract)


@pytest.mark.parametrize("name", OF_TOPIC)
def test_a_plain_paper_ranks_no_higher_without_its_abstract(shipped: Model, name: str):
    title, abstract = OF_TOPIC[name]
    whole, bare = (
        {one.topic: one.score for one in score_paper(shipped, title, text)}
        for text in (abstract, None)
    )
    assert bare[name] <= whole[name]


@pytest.mark.parametrize("title", ["", "Errata", "Preface", "A Note", "Introduction to the volume"])
def test_a_paper_of_hardly_any_text_gets_no_tag(shipped: Model, title: str):
    assert tagged(shipped, title, None) == set()


def write_lines(path: Path, rows: list[dict]) -> None:
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data directory of invented papers, laid out as the starter model's."""
    data, labels, texts = tmp_path / "data", invented_labels(60), invented_texts(90)
    rows = [
        {
            "id": one.id,
            "title": one.text.title,
            "abstract": one.text.abstract,
            "topics": [name for name, yes in one.labels.items() if yes],
        }
        for one in labels
    ]
    write_lines(data / "topics" / "labelled.jsonl", rows)
    seed = {"title": "Songs of the page", "topics": ["birdsong"]}
    write_lines(data / "topics" / "seed-page.jsonl", [seed])
    page = "Heading\n\nSongs of the page\n\nBird song and songbirds of the seed page.\n"
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "trending-papers.txt").write_text(page)
    papers = [{"title": one.title, "abstract": one.abstract} for one in texts]
    places = [("icra", 2024), ("icml", 2019), ("icml", 2020)]
    older = [
        {**one, "venue": place, "year": year}
        for one, (place, year) in zip(papers[30:], places * 20, strict=True)
    ]
    write_lines(data / "corpus" / "abstracts.jsonl.gz", papers[:20])
    write_lines(data / "corpus" / "abstracts-older.jsonl.gz", older)
    month = [{"title": one.title, "summary": one.abstract} for one in texts[20:30]]
    write_lines(data / "arxiv" / "2025-10.jsonl", month)
    return data


def test_the_background_is_recent_and_not_of_robotics(data: Path):
    assert len(read_background(data)) == 20 + 20 + 10


def test_the_papers_of_the_page_get_its_texts(data: Path):
    papers = read_starter_labels(data, ("birdsong",))
    assert len(papers) == 61
    assert papers[-1].text.abstract == "Bird song and songbirds of the seed page."
    assert papers[-1].labels == {"birdsong": True}


def test_making_the_model_twice_gives_the_same_file(data: Path, tmp_path: Path, capsys):
    definitions = tmp_path / "definitions"
    definitions.mkdir()
    (definitions / "birdsong.toml").write_text(dump_topic(BIRDSONG))
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    for out in (first, second):
        assert main([str(data), str(definitions), str(out)]) == 0
    assert first.read_bytes() == second.read_bytes()
    assert list(load_model(first).topics) == ["birdsong"]
    assert "birdsong: threshold" in capsys.readouterr().err


def test_without_its_three_arguments_it_says_what_they_are(capsys):
    assert main([]) == 2
    assert "DATA DEFINITIONS OUT" in capsys.readouterr().err


@pytest.mark.skipif(
    not (SHARED / "data" / "topics").is_dir(),
    reason="the labelled papers are not part of the project",
)
def test_every_labelled_paper_has_a_text(tmp_path: Path):
    papers = read_starter_labels(SHARED / "data", ("ood", "diffusion"))
    assert len(papers) > 1200
    assert all(paper.text.abstract for paper in papers)
    assert len({paper.group for paper in papers}) > 10
