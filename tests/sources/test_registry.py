from __future__ import annotations

import subprocess
import sys

import pytest

from papertriage import config
from papertriage.errors import InputError
from papertriage.sources.registry import enabled_names, source, source_names


def test_every_name_gives_the_source_of_that_name():
    assert source_names()
    assert [source(name).name for name in source_names()] == list(source_names())


def test_categories_can_be_given():
    assert source("arxiv", ("hep-th",)).feeds() == ("arxiv:hep-th",)


def test_a_bare_fetch_asks_the_enabled_ones():
    assert enabled_names() == ("arxiv",)
    config.change("sources.enabled", "hugging-face,arxiv-daily,hugging-face")
    assert enabled_names() == ("hugging-face", "arxiv-daily")


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match="unknown source arxif: choose from arxiv, arxiv-d"):
        source("arxif")


def test_the_names_cost_no_library():
    code = (
        "import sys; from papertriage.sources import registry; registry.source_names();"
        "registry.enabled_names();"
        "heavy = {'importlib.metadata', 'httpx', 'feedparser', 'stamina', 'filelock', 'gzip'};"
        "print(*heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
