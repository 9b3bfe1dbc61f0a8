from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import papers_of, run_in, write_corpus
from papertriage.bulk import plan
from papertriage.bulk.inputs import Input
from papertriage.bulk.plan import WORKING, plan_file
from papertriage.bulk.scoring import join_parts, score_part
from papertriage.errors import InputError
from papertriage.text import clean
from papertriage.topics.scoring import score_paper
from papertriage.triage.teaching.followed import shipped_model


def tagged(path, output, **fields):
    made = plan_file(Input(str(path), path.name), run_in(output, **fields), force=True)
    for part in made.missing:
        score_part(part, lambda _rows: None)
    return join_parts(made), pq.read_table(output / path.name)


def test_rows_stay_in_order_with_the_scores_of_one_paper(tmp_path) -> None:
    scored, table = tagged(write_corpus(tmp_path / "a.parquet", 70), tmp_path / "out")
    model = shipped_model()
    assert table.column("id").to_pylist() == [f"p{number}" for number in range(70)]
    for row, paper in zip(table.to_pylist(), papers_of(70), strict=True):
        for one in score_paper(model, paper["title"], paper["abstract"]):
            assert row[f"{one.topic}_score"] == pytest.approx(one.score, abs=1e-6)
            assert row[f"{one.topic}_tagged"] == one.tagged
    assert (scored.rows, scored.untitled) == (70, 0)
    assert scored.tagged == {
        name: sum(table.column(f"{name}_tagged").to_pylist()) for name in model.topics
    }
    assert scored.tagged["alignment"] == 14


def test_parts_join_to_what_one_part_gives(tmp_path, monkeypatch) -> None:
    path = write_corpus(tmp_path / "a.parquet", 100, row_group_size=33)
    _, whole = tagged(path, tmp_path / "whole")
    monkeypatch.setattr(plan, "PART_ROWS", 15)
    counts, joined = tagged(path, tmp_path / "joined")
    assert joined.equals(whole)
    assert counts.tagged["alignment"] == 20
    assert list((tmp_path / "joined" / WORKING).iterdir()) == [
        tmp_path / "joined" / WORKING / "shipped.model"
    ]


def test_the_same_run_gives_the_same_bytes(tmp_path) -> None:
    path = write_corpus(tmp_path / "a.parquet", 40)
    tagged(path, tmp_path / "one", evidence=True)
    tagged(path, tmp_path / "two", evidence=True)
    assert (tmp_path / "one" / "a.parquet").read_bytes() == (
        tmp_path / "two" / "a.parquet"
    ).read_bytes()


@pytest.mark.parametrize(
    "kind",
    [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())],
)
def test_every_kind_of_text_scores_alike(tmp_path, kind) -> None:
    path = write_corpus(tmp_path / "a.parquet", 20)
    _, plain = tagged(path, tmp_path / "plain")
    table = pq.read_table(path)
    for place, name in enumerate(table.column_names):
        column = table.column(name)
        other = column.dictionary_encode() if pa.types.is_dictionary(kind) else column.cast(kind)
        table = table.set_column(place, name, other)
    pq.write_table(table, path)
    _, found = tagged(path, tmp_path / "out")
    assert found.drop_columns("id").equals(plain.drop_columns("id"))
    assert found.column("id").to_pylist() == plain.column("id").to_pylist()


def test_a_row_without_title_has_no_scores_and_its_place(tmp_path) -> None:
    path = tmp_path / "a.parquet"
    rows = {"title": ["a b", None, " \x00\n", "c d"], "abstract": [None, "x", "y", None]}
    pq.write_table(pa.table(rows), path)
    scored, table = tagged(path, tmp_path / "out", evidence=True)
    assert scored.untitled == 2
    assert [score is None for score in table.column("ood_score").to_pylist()] == [
        *(False, True, True, False)
    ]
    assert table.column("ood_tagged").to_pylist() == [False, None, None, False]


def test_text_that_is_not_utf8_is_read_as_well_as_it_can_be(tmp_path) -> None:
    path = tmp_path / "a.parquet"
    broken = pa.array([b"warbler \xff song", None], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"title": broken, "abstract": broken}), path)
    scored, table = tagged(path, tmp_path / "out")
    assert (scored.untitled, table.num_rows) == (1, 2)
    (first, *_) = score_paper(shipped_model(), clean("warbler \ufffd song"), None)
    assert table.column("alignment_score")[0].as_py() == pytest.approx(first.score, abs=1e-6)


def test_evidence_stands_where_the_tag_stands(tmp_path) -> None:
    path = write_corpus(tmp_path / "a.parquet", 12)
    _, table = tagged(path, tmp_path / "out", evidence=True)
    model = shipped_model()
    for row, paper in zip(table.to_pylist(), papers_of(12), strict=True):
        for one in score_paper(model, paper["title"], paper["abstract"]):
            found = row[f"{one.topic}_evidence"]
            assert (found is not None) == one.tagged
            terms = [(term["term"], pytest.approx(term["weight"])) for term in found or []]
            assert not one.tagged or terms == list(one.evidence)
    assert any(row["alignment_evidence"] for row in table.to_pylist())


def test_all_columns_are_kept_on_request_and_old_scores_replaced(tmp_path) -> None:
    path = write_corpus(tmp_path / "a.parquet", 5)
    table = pq.read_table(path).append_column("ood_score", pa.array([9.0] * 5))
    pq.write_table(table.append_column("year", pa.array([2025] * 5)), path)
    _, found = tagged(path, tmp_path / "out", keep=True)
    assert found.column_names[:4] == ["id", "title", "abstract", "year"]
    assert found.column_names.count("ood_score") == 1
    assert max(found.column("ood_score").to_pylist()) <= 1
    assert found.select(["id", "title", "abstract"]).to_pylist() == papers_of(5)


def test_damage_and_a_file_that_has_changed_are_faults(tmp_path) -> None:
    path = write_corpus(tmp_path / "a.parquet", 400, compression="zstd", use_dictionary=False)
    run = run_in(tmp_path / "out")
    made = plan_file(Input(str(path), "a.parquet"), run, force=False)
    content = bytearray(path.read_bytes())
    content[200:600] = b"\xff" * 400
    path.write_bytes(content)
    with pytest.raises(InputError, match="not Parquet, or damaged"):
        score_part(made.parts[0], lambda _rows: None)
    assert not Path(made.target).exists()
    path.write_bytes(content[:-1])
    with pytest.raises(InputError):
        score_part(made.parts[0], lambda _rows: None)
    write_corpus(path, 3)
    with pytest.raises(InputError, match="has changed since the run began"):
        score_part(made.parts[0], lambda _rows: None)


def test_other_code_does_not_score(tmp_path) -> None:
    path = write_corpus(tmp_path / "a.parquet", 3)
    made = plan_file(Input(str(path), "a.parquet"), run_in(tmp_path / "out"), force=False)
    part = made.parts[0]
    other = replace(part, run=replace(part.run, version="0.0.1"))
    with pytest.raises(InputError, match=r"the run began with 0\.0\.1"):
        score_part(other, lambda _rows: None)
