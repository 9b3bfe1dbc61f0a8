from __future__ import annotations

import pytest

from papertriage.bulk.model_text import model_in, model_text, text_hash
from papertriage.errors import ModelError
from papertriage.topics.choosing import drop_topics, join_models, with_promise
from papertriage.topics.definitions import Promise
from papertriage.triage.teaching.followed import shipped_model


def test_a_joined_and_reduced_model_comes_back_whole(tmp_path) -> None:
    shipped = shipped_model()
    promised = with_promise(shipped, "ood", Promise("recall", 0.5))
    model = join_models([drop_topics(promised, ["causality"])])
    text = model_text(model)
    path = tmp_path / "a.model"
    path.write_text(text, encoding="utf-8")
    assert model_in(str(path), text_hash(text)) == model


def test_a_text_that_was_changed_is_refused(tmp_path) -> None:
    path = tmp_path / "a.model"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="has changed since the run began"):
        model_in(str(path), text_hash("other"))
