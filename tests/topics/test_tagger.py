from __future__ import annotations

import subprocess
import sys

from invented import invented_texts
from papertriage.topics import batch_evidence, tagger
from papertriage.topics.batch_evidence import batch_tagger
from papertriage.topics.tagger import Tagger
from papertriage.topics.tagging import score_paper
from papertriage.triage.teaching.followed import shipped_model

PAPERS = [(text.title, text.abstract) for text in invented_texts(12)]
FEW = """
import sys
from papertriage.topics.tagger import Tagger
from papertriage.triage.teaching.followed import shipped_model
Tagger(shipped_model())([("Causal discovery", None)] * 2_999)
sys.exit("numpy" in sys.modules)
"""


def test_many_papers_are_tagged_as_a_few_are(monkeypatch) -> None:
    monkeypatch.setattr(tagger, "MANY", 6)
    monkeypatch.setattr(tagger, "AT_ONCE", 3)
    model = shipped_model()
    tag = Tagger(model)
    wanted = [score_paper(model, title, abstract) for title, abstract in PAPERS]
    in_arrays = []
    monkeypatch.setattr(
        batch_evidence,
        "batch_tagger",
        lambda model: lambda papers: in_arrays.extend(papers) or batch_tagger(model)(papers),
    )
    assert [*tag(PAPERS[:5]), *tag(PAPERS[5:7]), *tag(PAPERS[7:])] == wanted
    assert in_arrays == PAPERS[7:]
    assert tag([]) == []


def test_a_few_thousand_papers_are_tagged_without_numpy() -> None:
    assert subprocess.run([sys.executable, "-c", FEW], check=False).returncode == 0
