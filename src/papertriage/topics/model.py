"""Read and write models as text: thresholds, calibration, and a table of weights."""

from __future__ import annotations

import hashlib
import math
from array import array
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

from papertriage.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

_MAGIC = "papertriage-model 1"
_DIVIDER = "\n---\n"
_DECIMALS = 4
_LARGEST = 1e9
"""The largest number allowed in a model; beyond, sums of products would overflow."""
_REPAIR = "train it again (`papertriage topics train`) or reinstall papertriage"


@dataclass(frozen=True, slots=True)
class Quality:
    """Cross-validated quality on the labelled papers at the threshold of best F1."""

    labelled: int
    positives: int
    average_precision: float
    precision: float
    recall: float
    f1: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The precision and recall expected from a threshold on a day's papers."""

    threshold: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class TopicModel:
    """One topic's numbers; its weights are in a term table.

    `base` is the calibrated log-odds of a paper without any known term. Without an abstract, the
    features' norm is at least `title_norm`, so that two words do not count as much as ten, every
    contribution is multiplied by `title_scale`, and `title_shift` is added. `cuts` are the
    thresholds that a promise can choose from, ascending. `trained_on` counts papers.
    """

    name: str
    threshold: float
    base: float
    title_norm: float
    title_scale: float
    title_shift: float
    prevalence: float
    precision: float
    recall: float
    trained_on: Mapping[str, int]
    quality: Quality | None
    cuts: tuple[Cut, ...]


class Rows(dict[str, "bytes | str"]):
    """Numbers per term, parsed from the file's line on first use and then packed.

    Parsing all 30,000 lines at once took 60 of the 80 ms needed to load the starter model. Packed,
    a row is one block of memory where a tuple of floats is six scattered ones: scoring a paper
    takes a quarter less time.
    """

    where: str = "model"
    """The file, for error messages about its lines."""

    def packed(self, terms: Collection[str]) -> list[bytes | None]:
        """Return each term's numbers as 8-byte floats, None for a term that is not in the table.

        Raises ModelError if a line holds something other than numbers.
        """
        found = list(map(self.get, terms))
        # Counted and searched in C: of 400 terms a handful are new, in most texts none.
        kinds = list(map(type, found))
        if new := kinds.count(str):
            names, place = list(terms), -1
            for _ in range(new):
                place = kinds.index(str, place + 1)
                name = names[place]
                found[place] = self[name] = self._parsed(name, str(found[place]))
        return cast("list[bytes | None]", found)

    def numbers(self, terms: Collection[str]) -> list[array[float] | None]:
        """Return each term's numbers, None for a term that is not in the table."""
        return [array("d", row) if row else None for row in self.packed(terms)]

    def _parsed(self, term: str, line: str) -> bytes:
        try:
            row = array("d", map(float, line.split(" ")))
        except ValueError as error:
            msg = f"{self.where}: the line of term {term!r} is malformed ({error}); {_REPAIR}"
            raise ModelError(msg) from error
        # A nan makes the sum a nan.
        if not (abs(sum(row)) <= _LARGEST and max(row) <= _LARGEST and min(row) >= -_LARGEST):
            msg = (
                f"{self.where}: the line of term {term!r} holds a number that is not finite;"
                f" {_REPAIR}"
            )
            raise ModelError(msg)
        return row.tobytes()


@dataclass(frozen=True, slots=True)
class TermTable:
    """One vocabulary: each term's line holds its idf and a weight per topic, as in the file.

    A topic name of "" marks an unused column.
    """

    topics: tuple[str, ...]
    lines: Mapping[str, str]
    # Tables are equal whichever of their lines have been parsed.
    rows: Rows = field(compare=False)


@dataclass(frozen=True, slots=True)
class Model:
    """Topics and the term tables that score them; `hash` changes whenever scores may change."""

    topics: dict[str, TopicModel]
    tables: tuple[TermTable, ...]
    hash: str


def term_table(topics: tuple[str, ...], lines: Mapping[str, str]) -> TermTable:
    """Make a table whose lines are parsed on first use."""
    return TermTable(topics, lines, Rows(lines))


def load_model(path: Path) -> Model:
    """Read a model file.

    Raises ModelError if the file is missing, damaged or of another format.
    """
    try:
        content = path.read_bytes().replace(b"\r\n", b"\n")
    except OSError as error:
        msg = f"{path}: model cannot be read ({error.strerror}); {_REPAIR}"
        raise ModelError(msg) from error
    magic, _, rest = content.partition(b"\n")
    if magic != _MAGIC.encode():
        shown = magic[:40].decode("ascii", "replace")
        msg = f"{path}: not a model of format {_MAGIC!r} but {shown!r}; {_REPAIR}"
        raise ModelError(msg)
    checksum, _, signed = rest.partition(b"\n")
    digest = hashlib.sha256(signed).hexdigest()
    if checksum != b"sha256 " + digest.encode():
        msg = f"{path}: model does not match its sha256 line (damaged?); {_REPAIR}"
        raise ModelError(msg)
    try:
        model = _parse(signed.decode("utf-8"), digest)
    # OverflowError: converting infinity to an integer; RecursionError: deeply nested brackets.
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        OverflowError,
        RecursionError,
    ) as error:
        msg = f"{path}: model is malformed ({error!r}); {_REPAIR}"
        raise ModelError(msg) from error
    for table in model.tables:
        table.rows.where = str(path)
    return model


def dump_model(model: Model) -> str:
    """Write a model with one term table; the same model always gives the same bytes.

    Raises ModelError for models that were joined or had topics dropped.
    """
    if len(model.tables) != 1 or model.tables[0].topics != tuple(model.topics):
        msg = "only a freshly trained model can be written, not a joined or reduced one"
        raise ModelError(msg)
    (table,) = model.tables
    lines = [f"terms = {len(table.lines)}"]
    for topic in model.topics.values():
        lines += ["", *_topic_lines(topic)]
    header = "\n".join(lines)
    rows = "".join(f"{term} {line}\n" for term, line in sorted(table.lines.items()))
    columns = "# term, idf, then one weight per topic in the order above\n"
    signed = f"{columns}{header}{_DIVIDER}{rows}"
    digest = hashlib.sha256(signed.encode()).hexdigest()
    return f"{_MAGIC}\nsha256 {digest}\n{signed}"


def model_hash(text: str) -> str:
    """Return the hash of a dumped model, as computed by `load_model`."""
    return text.split("\n", 2)[1].removeprefix("sha256 ")[:16]


def term_line(numbers: Iterable[float]) -> str:
    """Format a term's idf and weights as in the file."""
    return " ".join(map(_number, numbers))


def rounded(value: float) -> float:
    """Round to the precision of the file."""
    return round(float(value), _DECIMALS) + 0.0


def _parse(signed: str, digest: str) -> Model:
    import tomllib

    header, divider, body = signed.partition(_DIVIDER)
    if not divider:
        msg = "no line '---' between header and terms"
        raise ValueError(msg)
    document = tomllib.loads(header)
    topics = {name: _topic(name, numbers) for name, numbers in document["topics"].items()}
    table = term_table(tuple(topics), _lines(body, document["terms"], len(topics) + 1))
    return Model(topics, (table,), digest[:16])


def _lines(body: str, count: int, numbers: int) -> dict[str, str]:
    """Split the terms from their numbers, which are parsed only when needed."""
    lines = dict(line.split(" ", 1) for line in body.splitlines() if " " in line)
    widths = {line.count(" ") for line in lines.values()}
    if body.count("\n") != count or body.count(" ") != count * numbers or len(widths) > 1:
        msg = f"expected {count} lines of a term and {numbers} numbers"
        raise ValueError(msg)
    if len(lines) != count:
        msg = "a term is listed twice"
        raise ValueError(msg)
    _refuse_words(lines)
    return lines


def _refuse_words(lines: Mapping[str, str]) -> None:
    """Reject characters that occur in no number, and so inf and nan: 4 ms for 30,000 terms."""

    def strange(numbers: Iterable[str]) -> bytes:
        return "".join(numbers).encode().translate(None, b" -.0123456789")

    if strange(lines.values()):
        term = next(term for term, line in lines.items() if strange([line]))
        msg = f"the line of term {term!r} holds something other than numbers"
        raise ValueError(msg)


def _topic(name: str, numbers: dict[str, Any]) -> TopicModel:
    quality = numbers.pop("quality", None) or {}
    cuts = tuple(Cut(*map(float, one)) for one in numbers.pop("cuts"))
    trained_on = {key: int(value) for key, value in numbers.pop("trained_on").items()}
    measured = {key: float(value) for key, value in numbers.items()}
    in_cuts = [value for cut in cuts for value in (cut.threshold, cut.precision, cut.recall)]
    for value in (*measured.values(), *map(float, quality.values()), *in_cuts):
        if not math.isfinite(value) or abs(value) > _LARGEST:
            msg = f"topic {name!r}: a number is not finite"
            raise ValueError(msg)
    return TopicModel(
        name=name,
        quality=Quality(**quality) if quality else None,
        cuts=cuts,
        trained_on=trained_on,
        **measured,
    )


def _topic_lines(topic: TopicModel) -> list[str]:
    name = topic.name.replace("\\", "\\\\").replace('"', '\\"')
    numbers = ("threshold", "base", "title_norm", "title_scale", "title_shift", "prevalence")
    lines = [f'[topics."{name}"]']
    lines += [
        f"{key} = {_number(getattr(topic, key))}" for key in (*numbers, "precision", "recall")
    ]
    lines.append(f"trained_on = {_inline(dict(topic.trained_on))}")
    if topic.quality:
        lines.append(f"quality = {_inline(asdict(topic.quality))}")
    lines.append("cuts = [  # threshold, expected precision, expected recall")
    lines += [f"  [{_joined((cut.threshold, cut.precision, cut.recall))}]," for cut in topic.cuts]
    return [*lines, "]"]


def _inline(values: dict[str, float]) -> str:
    return "{ " + ", ".join(f"{key} = {_number(value)}" for key, value in values.items()) + " }"


def _joined(values: Sequence[float]) -> str:
    return ", ".join(map(_number, values))


def _number(value: float) -> str:
    """Format at most four decimals, without trailing zeros."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
