from __future__ import annotations

import pyarrow as pa
import pytest

from papertriage.bulk.columns import Columns, columns_named, find_columns
from papertriage.errors import InputError

TEXT = pa.string()


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("id", "title", "abstract"), Columns("id", "title", "abstract")),
        (("Summary", "Paper Title", "arXiv_ID"), Columns("arXiv_ID", "Paper Title", "Summary")),
        (("title", "abstract"), Columns("", "title", "abstract")),
        (("summary", "abstract", "title"), Columns("", "title", "abstract")),
    ],
)
def test_columns_are_found_by_their_usual_names(names, found) -> None:
    assert find_columns(pa.schema([(name, TEXT) for name in names]), None) == found


@pytest.mark.parametrize(
    "kind",
    [TEXT, pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), TEXT), pa.null()],
)
def test_text_comes_in_many_types(kind) -> None:
    schema = pa.schema([("title", TEXT), ("abstract", kind)])
    assert find_columns(schema, None).abstract == "abstract"


@pytest.mark.parametrize(
    ("columns", "named", "fault"),
    [
        ([("headline", TEXT)], None, "no title column: name it with --columns; the columns are"),
        ([("title", TEXT)], None, "no abstract column"),
        ([], None, "the file has no columns"),
        ([("title", TEXT), ("title", TEXT), ("abstract", TEXT)], None, "two columns 'title'"),
        ([("title", TEXT)], Columns("key", "title", ""), "no column 'key'"),
        ([("title", pa.int64()), ("abstract", TEXT)], None, "'title' is int64, not text"),
        ([(f"c{n}", TEXT) for n in range(20)], None, "c11 and 8 more"),
    ],
)
def test_what_is_missing_is_named(columns, named, fault) -> None:
    with pytest.raises(InputError, match=fault):
        find_columns(pa.schema(columns), named)


def test_columns_are_named_by_three_words_of_which_two_may_be_empty() -> None:
    assert columns_named("key, headline ,text") == Columns("key", "headline", "text")
    assert columns_named(",headline,") == Columns("", "headline", "")
    for wrong in ("", "title", "a,,b", "a,b,c,d"):
        with pytest.raises(InputError, match="ID,TITLE,ABSTRACT"):
            columns_named(wrong)
