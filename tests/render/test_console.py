from __future__ import annotations

import re
from pathlib import Path

import papertriage


def test_there_is_exactly_one_console_in_the_source():
    source = Path(papertriage.__file__).parent
    places = [
        path for path in source.rglob("*.py") for _ in re.findall(r"\bConsole\(", path.read_text())
    ]
    assert [path.relative_to(source).as_posix() for path in places] == ["render/console.py"]


def test_only_render_imports_rich():
    source = Path(papertriage.__file__).parent
    users = {
        path.relative_to(source).parts[0]
        for path in source.rglob("*.py")
        if re.search(r"^\s*(?:from|import) rich", path.read_text(), re.MULTILINE)
    }
    assert users == {"render"}
