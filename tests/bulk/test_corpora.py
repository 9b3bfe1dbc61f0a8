from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import write_corpus
from papertriage.bulk import plan
from papertriage.bulk.corpora import Options, report_lines, tag_corpus
from papertriage.errors import ClusterError, InputError, OutputError
from papertriage.triage.teaching.followed import followed_model


def tag(names, options, advance):
    """Tag by the followed topics."""
    return tag_corpus(names, options, followed_model, advance)


def silent(n: int = 1, total: int | None = None) -> None:
    """Show nothing."""


@pytest.fixture
def corpus(tmp_path):
    write_corpus(tmp_path / "in" / "a.parquet", 20)
    write_corpus(tmp_path / "in" / "more" / "b.parquet", 10)
    return tmp_path / "in"


def test_each_file_has_its_answer_and_its_line_in_the_manifest(tmp_path, corpus) -> None:
    moved = []
    out = tmp_path / "out"
    report = tag_corpus(
        [str(corpus)], Options(str(out)), followed_model, lambda n, total: moved.append((n, total))
    )
    assert (report.files, report.papers, report.faults, report.untitled) == (2, 30, {}, {})
    assert sum(n for n, _ in moved) == 30
    assert {total for _, total in moved} == {30}
    document = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert [(one["file"], one["rows"]) for one in document["files"]] == [
        ("a.parquet", 20),
        ("more/b.parquet", 10),
    ]
    assert all(one["seconds"] > 0 for one in document["files"])
    schema = pq.read_schema(out / "more" / "b.parquet").metadata
    stamp = json.loads(schema[b"papertriage"])
    assert (stamp["model"], stamp["topics"]) == (document["model"], document["topics"])
    assert sorted(one.name for one in out.iterdir()) == ["a.parquet", "manifest.json", "more"]


def test_a_second_run_does_what_is_new_and_keeps_the_rest(tmp_path, corpus) -> None:
    out = tmp_path / "out"
    tag([str(corpus)], Options(str(out)), silent)
    before = (out / "a.parquet").stat().st_mtime_ns
    write_corpus(corpus / "more" / "b.parquet", 12)
    write_corpus(tmp_path / "c.parquet", 3)
    again = tag_corpus(
        [str(corpus), str(tmp_path / "c.parquet")], Options(str(out)), followed_model, silent
    )
    assert (again.before, again.files, again.papers) == (1, 2, 15)
    assert (out / "a.parquet").stat().st_mtime_ns == before
    document = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert document["rows"] == 35
    assert all(one["seconds"] for one in document["files"])
    forced = tag([str(corpus)], Options(str(out), force=True), silent)
    assert (forced.before, forced.files) == (0, 2)


def test_an_interrupted_run_keeps_its_parts_and_the_next_one_clears_up(
    tmp_path, corpus, monkeypatch
) -> None:
    monkeypatch.setattr(plan, "PART_ROWS", 5)
    out = tmp_path / "out"
    scored = []

    def interrupting(n: int, _total: int | None) -> None:
        scored.append(n)
        if sum(scored) == 15:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tag([str(corpus)], Options(str(out)), interrupting)
    (folder,) = (out / ".tagging").iterdir()
    assert sorted(one.name for one in folder.iterdir()) == ["0-5.part", "5-10.part"]
    (folder / "what-a-killed-process-left.tmp").touch()
    scored.clear()
    report = tag_corpus(
        [str(corpus)], Options(str(out)), followed_model, lambda n, _total: scored.append(n)
    )
    assert (report.papers, sum(scored)) == (30, 20)
    assert not (out / ".tagging").exists()


def test_bad_files_are_named_and_the_others_done(tmp_path, corpus) -> None:
    (corpus / "bad.parquet").write_bytes(b"no Parquet at all")
    report = tag_corpus(
        [str(corpus)], Options(str(tmp_path / "out"), columns=",title,"), followed_model, silent
    )
    assert (report.files, list(report.faults)) == (2, [str(corpus / "bad.parquet")])
    lines = list(report_lines(report))
    assert lines[0].startswith(f"{corpus / 'bad.parquet'}: not Parquet, or damaged: ")
    assert lines[1].startswith("tagged 30 papers in 2 files, ")


def test_many_faults_are_counted(tmp_path) -> None:
    for number in range(30):
        path = tmp_path / "in" / f"{number:02}.parquet"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    report = tag_corpus(
        [str(tmp_path / "in")], Options(str(tmp_path / "out")), followed_model, silent
    )
    assert len(list(report_lines(report))) == 22
    assert list(report_lines(report))[20] == "… and 10 more files"


def test_an_output_that_is_a_file_is_refused(tmp_path, corpus) -> None:
    target = tmp_path / "file"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot write to"):
        tag([str(corpus)], Options(str(target)), silent)
    assert target.read_text(encoding="utf-8") == "mine"


def test_without_topics_there_is_nothing_to_tag(tmp_path, corpus, home: Path) -> None:
    (home / "config.toml").write_text(
        '[topics]\noff = ["alignment", "causality", "diffusion", "ood"]\n', encoding="utf-8"
    )
    with pytest.raises(InputError, match="no topics are followed"):
        tag([str(corpus)], Options(str(tmp_path / "out")), silent)


def test_a_scheduler_is_asked_only_for_work_there_is(tmp_path, corpus, monkeypatch) -> None:
    monkeypatch.setattr("papertriage.bulk.cluster._SECONDS_TO_ANSWER", 1)
    options = Options(str(tmp_path / "out"), scheduler="tcp://127.0.0.1:9")
    with pytest.raises(ClusterError, match="no Dask scheduler answers"):
        tag([str(corpus)], options, silent)
    assert not (tmp_path / "out" / ".tagging").exists()
    tag([str(corpus)], Options(str(tmp_path / "out")), silent)
    assert tag([str(corpus)], options, silent).before == 2
