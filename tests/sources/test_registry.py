from __future__ import annotations

import subprocess
import sys

import pytest

from papertriage.errors import InputError
from papertriage.sources.registry import source, source_names


def test_every_name_gives_the_source_of_that_name():
    assert source_names()
    assert [source(name).name for name in source_names()] == list(source_names())


def test_categories_can_be_given():
    assert source("arxiv", ("hep-th",)).feeds() == ("arxiv:hep-th",)


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match="unknown source arxif: the known ones are arxiv"):
        source("arxif")


def test_the_names_cost_no_library():
    code = (
        "import sys; from papertriage.sources import registry, files; registry.source_names();"
        "print(*{'httpx', 'feedparser', 'stamina', 'filelock', 'gzip'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
