from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

import pytest

from papertriage.topics.definitions import load_topic
from papertriage.triage.teaching.followed import definition_path, model_path
from processes import finished, ran, started


def thresholds() -> dict[str, float]:
    rows = [line.split() for line in ran("topics", "list").stdout.splitlines()]
    return {row[0]: float(row[-3]) for row in rows}


def test_a_promise_moves_the_threshold_without_training(seeded: Path):
    before = thresholds()["ood"]
    assert ran("topics", "edit", "ood", "--recall", 0.9, "--yes").exit_code == 0
    assert thresholds()["ood"] < before
    assert ran("topics", "edit", "ood", "--precision", 0.95, "--yes").exit_code == 0
    assert thresholds()["ood"] > before
    assert not model_path("ood").exists()
    assert "chosen for precision 0.95" in ran("topics", "show", "ood").stdout
    ran("topics", "edit", "ood", "--best-f1", "--yes")
    assert thresholds()["ood"] == before


def test_another_phrase_trains_the_topic_anew_on_the_cache(seeded: Path):
    ran("topics", "add", "few shots", "-p", "few-shot", "--yes")
    before = model_path("few shots").read_bytes()
    result = ran(
        "topics", "edit", "few shots", "-p", "meta-learning", "--drop", "few-shot", "--yes"
    )
    assert result.exit_code == 0
    assert load_topic(definition_path("few shots")).phrases == ("meta-learning",)
    assert model_path("few shots").read_bytes() != before


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papertriage.triage.teaching.editing._has_terminal", lambda: True)


def test_the_editor_changes_the_file(
    seeded: Path, at_terminal: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys; p = sys.argv[1]; t = open(p).read();"
        "open(p, 'w').write(t.replace('description = \"', 'description = \"Mine: '))"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    assert ran("topics", "edit", "ood", "--yes").exit_code == 0
    assert load_topic(definition_path("ood")).description.startswith("Mine: ")


def test_a_topic_keeps_its_name(
    seeded: Path, at_terminal: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys; p = sys.argv[1]; t = open(p).read();"
        "open(p, 'w').write(t.replace('name = \"ood\"', 'name = \"shift\"'))"
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    monkeypatch.delenv("VISUAL", raising=False)
    result = ran("topics", "edit", "ood", "--yes")
    assert result.exit_code == 2
    assert "cannot rename topic 'ood'" in result.stderr


@pytest.mark.parametrize(
    ("editor", "code", "said"),
    [("true", 0, "unchanged"), ("false", 2, "editor 'false' failed"), ("'", 2, "failed")],
)
def test_an_editor_that_changes_nothing_or_fails(
    seeded: Path, at_terminal: None, monkeypatch, editor, code, said
):
    monkeypatch.setenv("VISUAL", editor)
    result = ran("topics", "edit", "ood", "--yes")
    assert result.exit_code == code
    assert said in result.stderr
    assert not definition_path("ood").exists()
    # The directory that the editor was shown is gone again.
    assert not definition_path("ood").parent.exists() or not any(
        definition_path("ood").parent.iterdir()
    )


def test_nobody_waits_for_an_editor_without_a_terminal(seeded: Path) -> None:
    result = finished(seeded.parent, "topics", "edit", "ood", env={"EDITOR": "sleep 60"})
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "cannot open an editor without a terminal: use options such as --phrase\n"
    )


def test_on_a_terminal_the_editor_is_started(seeded: Path) -> None:
    leader, follower = pty.openpty()
    process = started(
        seeded.parent,
        *("topics", "edit", "ood"),
        env={"EDITOR": "grep -c name"},
        stdin=follower,
        stdout=follower,
    )
    os.close(follower)
    _, errors = process.communicate(timeout=60)
    os.close(leader)
    assert process.returncode == 0
    assert errors == b"topic 'ood' is unchanged\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nope", "--recall", "0.9"], 2, "no topic 'nope'"),
        (["ood", "--recall", "1.5"], 78, "key 'recall' must be"),
        (["ood", "--recall", "0.9", "--precision", "0.9"], 78, "not both"),
        (["ood", "--drop", "no such phrase"], 2, "has no phrase"),
        (["ood", "--precision", "0.9999999"], 1, "no threshold promises"),
    ],
)
def test_an_edit_that_makes_no_sense_changes_nothing(seeded: Path, words, code, said):
    result = ran("topics", "edit", *words, "--yes")
    assert result.exit_code == code
    assert said in result.stderr
    assert not definition_path("ood").exists()
