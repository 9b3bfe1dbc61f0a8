from __future__ import annotations

from pathlib import Path

from papertriage.cache.connection import opened
from processes import ran


def test_tags_of_another_model_are_brought_up_to_date_once(seeded: Path):
    with opened(seeded) as connection:
        connection.execute("UPDATE topics SET model = 'older' WHERE name = 'ood'")
        connection.execute("UPDATE tags SET tagged = 0")
    assert ran("list", "-t", "ood", "--format", "ids").stdout == ""
    assert "updated the tags of 1 topic" in ran("topics", "retag").stderr
    assert ran("list", "-t", "ood", "--format", "ids").stdout
    assert "all tags are up to date" in ran("topics", "retag").stderr
