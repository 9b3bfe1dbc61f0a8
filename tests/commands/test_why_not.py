from __future__ import annotations

import json
from pathlib import Path

from processes import ran


def test_the_trace_is_text_or_json(seeded: Path):
    ran("today")
    assert "among the 10 picks" in ran("why-not", 1).stdout
    (found,) = json.loads(ran("why-not", "2510.99999", "--json").stdout)
    assert found["id"] == "arxiv:2510.99999"
    assert "no feed has brought it" in found["trace"][0]
