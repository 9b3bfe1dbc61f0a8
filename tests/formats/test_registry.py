from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from builders import make_cached
from hostile import HOSTILE_TITLES
from papertriage.errors import InputError
from papertriage.formats.registry import FEEDS, FORMATS, formatted


def test_an_unknown_format_is_named_with_the_known_ones():
    with pytest.raises(InputError, match=r"unknown format yaml: choose from table, json,"):
        formatted("yaml", [])


def test_only_csv_can_be_made_safe_for_spreadsheets():
    with pytest.raises(InputError, match="not json"):
        formatted("json", [], excel_safe=True)


# The head of an Atom feed says which of its papers came last.
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "atom"])
def test_every_format_is_encodable_and_streams(name):
    def endless():
        while True:
            yield from (make_cached(title=title, abstract=title) for title in HOSTILE_TITLES)

    for chunk in islice(formatted(name, endless()), 200):
        chunk.encode()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_no_paper_at_all(name):
    text = "".join(formatted(name, []))
    if name in {"json", "csl-json"}:
        assert text == "[]\n"
    elif name not in {"csv", "html"} | FEEDS:
        assert text == ""


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_papers_are_the_same_bytes(name):
    papers = [make_cached(title=title, abstract=title) for title in HOSTILE_TITLES]
    assert list(formatted(name, papers)) == list(formatted(name, papers))


@pytest.mark.parametrize("name", FORMATS)
def test_a_title_is_a_feeds_and_nothing_to_other_formats(name):
    with_title = "".join(formatted(name, [make_cached()], title="Birds & Song"))
    plain = "".join(formatted(name, [make_cached()]))
    assert (with_title != plain) == (name in FEEDS)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_tested_with_texts_from_outside(name):
    tests = Path(__file__).with_name(f"test_{name.replace('-', '_')}.py").read_text("utf-8")
    assert "from hypothesis import given" in tests


def test_the_json_path_loads_no_other_format():
    code = (
        "import sys; from papertriage.formats.registry import formatted;"
        "from papertriage.formats.output import write_output;"
        "write_output(formatted('json', []), None);"
        "print(*sys.modules, file=sys.stderr)"
    )
    # An empty environment: a measured process loads what coverage needs.
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={}
    )
    assert json.loads(run.stdout) == []
    loaded = set(run.stderr.split())
    assert not loaded & {"rich", "csv", "html", "textwrap", "hashlib", "tempfile", "asyncio"}
    ours = {name for name in loaded if name.startswith("papertriage.formats.")}
    assert ours == {
        f"papertriage.formats.{n}" for n in ("registry", "json", "paper_json", "output")
    }
