"""Score one part of a Parquet file, in any process."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papertriage import __version__
from papertriage.bulk.model_text import model_in
from papertriage.bulk.parquet import footer, opened, read_rows, stamped, written
from papertriage.bulk.plan import FilePlan, RowRange, working_directory
from papertriage.errors import InputError
from papertriage.text import clean

if TYPE_CHECKING:
    import pyarrow as pa

    from papertriage.topics.batch_scoring import Scorer
    from papertriage.topics.model import Model

Advance = Callable[[int], None]
Texts = Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class TagCounts:
    """The counts of a part or a file: rows, those without title, tags by topic, CPU seconds."""

    rows: int
    untitled: int
    tagged: dict[str, int]
    seconds: float


def score_part(part: RowRange, advance: Advance) -> TagCounts:
    """Score the rows of a part into its target; running it again gives the same bytes.

    Raises InputError if the file is damaged, or has changed since it was planned.
    """
    begun = time.thread_time()
    run = part.run
    if run.version != __version__:
        msg = f"papertriage {__version__} here, but the run began with {run.version}"
        raise InputError(msg)
    with opened(part.path) as file:
        if Path(part.path).stat().st_size != part.size:
            msg = "the file has changed since the run began: run again"
            raise InputError(msg)
        read = None if run.keep else _read(part)
        schema = _schema(file.schema_arrow, part)
        folder = working_directory(run, part.place)
        with written(part.target, folder, schema, part.stamp, __version__) as writer:
            counts = {"untitled": 0, "tagged": dict.fromkeys(dict(run.topics), 0)}
            for rows in read_rows(file, read, part.start, part.stop, run.batch):
                writer.write(_answered(rows, part, schema, counts))
                advance(rows.num_rows)
            writer.counts = counts
    return _scored(part.stop - part.start, counts, time.thread_time() - begun)


def join_parts(plan: FilePlan) -> TagCounts:
    """Join the parts of a file into its output, and delete them."""
    begun = time.thread_time()
    if len(plan.parts) > 1:
        _join(plan)
    shutil.rmtree(working_directory(plan.parts[0].run, plan.place), ignore_errors=True)
    _, counts = stamped(footer(plan.target))
    return _scored(plan.rows, counts, time.thread_time() - begun)


def _join(plan: FilePlan) -> None:
    import pyarrow.parquet as pq

    counts: dict[str, Any] = {}
    folder = working_directory(plan.parts[0].run, plan.place)
    with (
        opened(plan.parts[0].target) as first,
        written(plan.target, folder, first.schema_arrow, plan.stamp, __version__) as writer,
    ):
        for part in plan.parts:
            with pq.ParquetFile(part.target, pre_buffer=False) as file:
                for group in range(file.num_row_groups):
                    rows = file.read_row_group(group, use_threads=False)
                    writer.write_group(rows.replace_schema_metadata(None).cast(writer.schema))
                _, found = stamped(file.metadata)
            counts = _added(counts, found)
        writer.counts = counts


def _added(counts: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    if not counts:
        return more
    tagged = {name: number + more["tagged"][name] for name, number in counts["tagged"].items()}
    return {"untitled": counts["untitled"] + more["untitled"], "tagged": tagged}


def _scored(rows: int, counts: dict[str, Any], seconds: float) -> TagCounts:
    return TagCounts(rows, counts["untitled"], counts["tagged"], seconds)


def _read(part: RowRange) -> list[str]:
    columns = part.columns
    return list(dict.fromkeys(filter(None, (columns.id, columns.title, columns.abstract))))


def _schema(schema: pa.Schema, part: RowRange) -> pa.Schema:
    """Return the columns of the output: the id or all columns of the file, then ours."""
    import pyarrow as pa

    evidence = pa.list_(pa.struct([("term", pa.string()), ("weight", pa.float32())]))
    ours = []
    for name, _ in part.run.topics:
        ours += [(f"{name}_score", pa.float32()), (f"{name}_tagged", pa.bool_())]
        if part.run.evidence:
            ours.append((f"{name}_evidence", evidence))
    kept = schema if part.run.keep else [schema.field(one) for one in [part.columns.id] if one]
    names = {name for name, _ in ours}
    return pa.schema(
        [
            *(one for one in kept if one.name not in names),
            *(pa.field(name, kind) for name, kind in ours),
        ]
    )


def _answered(
    rows: pa.RecordBatch, part: RowRange, schema: pa.Schema, counts: dict[str, Any]
) -> pa.RecordBatch:
    import pyarrow as pa
    from pyarrow import compute

    model, score = _scorer(part.run.model_file, part.run.model_text)
    texts, titled = _texts(rows, part)
    untitled = titled.count(False)
    counts["untitled"] += untitled
    ours: dict[str, pa.Array] = {}
    known = pa.array(titled) if untitled else None
    for topic in score(texts):
        columns = {
            f"{topic.topic}_score": pa.array(topic.scores).cast(pa.float32()),
            f"{topic.topic}_tagged": pa.array(topic.tagged),
        }
        if known is not None:
            columns = {
                name: compute.if_else(known, values, pa.scalar(None, values.type))
                for name, values in columns.items()
            }
        ours |= columns
        counts["tagged"][topic.topic] += compute.sum(columns[f"{topic.topic}_tagged"]).as_py() or 0
    if part.run.evidence:
        _add_evidence(ours, schema, model, texts)
    arrays = [ours[one.name] if one.name in ours else rows.column(one.name) for one in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _add_evidence(ours: dict[str, pa.Array], schema: pa.Schema, model: Model, texts: Texts) -> None:
    """Add the evidence for tags; storing it for untagged papers would fill the disk."""
    import pyarrow as pa

    from papertriage.topics.scoring import score_paper

    tagged = {name: ours[f"{name}_tagged"].to_pylist() for name in model.topics}
    evidence: dict[str, list[Any]] = {name: [None] * len(texts) for name in model.topics}
    for row, (title, abstract) in enumerate(texts):
        if any(column[row] for column in tagged.values()):
            for score in score_paper(model, title, abstract):
                if tagged[score.topic][row]:
                    terms = [{"term": term, "weight": weight} for term, weight in score.evidence]
                    evidence[score.topic][row] = terms
    for name, values in evidence.items():
        column = f"{name}_evidence"
        ours[column] = pa.array(values, schema.field(column).type)


def _texts(rows: pa.RecordBatch, part: RowRange) -> tuple[list[tuple[str, str | None]], list[bool]]:
    titles = _strings(rows.column(part.columns.title))
    abstracts = _strings(rows.column(part.columns.abstract)) if part.columns.abstract else None
    clear = list(map(_clear, titles))
    titled = [bool(title.strip()) for title in clear]
    if abstracts is None:
        return [(title, None) for title in clear], titled
    return list(zip(clear, map(_clear, abstracts), strict=True)), titled


def _strings(column: pa.Array) -> list[str | None]:
    import pyarrow as pa

    try:
        return column.to_pylist()  # type: ignore[no-any-return]  # pyarrow has no types
    except UnicodeDecodeError:
        plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        found = plain.cast(pa.large_binary()).to_pylist()
        return [text if text is None else text.decode("utf-8", "replace") for text in found]


def _clear(text: str | None) -> str:
    """Return a cleaned text; printable text is used as it is."""
    return "" if text is None else text if text.isprintable() else clean(text)


@lru_cache(maxsize=2)
def _scorer(model_file: str, model_text: str) -> tuple[Model, Scorer]:
    from papertriage.topics.batch_scoring import batch_scorer

    model = model_in(model_file, model_text)
    return model, batch_scorer(model)
