from __future__ import annotations

import json
import shlex
from pathlib import Path

from invented import invented_texts
from processes import ran


def fill() -> None:
    papers = [{"title": one.title, "abstract": one.abstract} for one in invented_texts(80)]
    ran("import", "-", stdin="".join(json.dumps(paper) + "\n" for paper in papers))


def test_untagged_papers_become_topics_that_can_be_added_as_they_are(seeded: Path):
    fill()
    result = ran("topics", "suggest", "-n", 3)
    commands = [line.strip() for line in result.stdout.splitlines() if "topics add" in line]
    assert (result.exit_code, len(commands)) == (0, 3)
    words = shlex.split(commands[0])
    assert words[:3] == ["papertriage", "topics", "add"]
    added = ran(*words[1:], "--yes")
    assert added.exit_code == 0
    assert json.loads(ran("list", "-t", words[3], "--json").stdout)
    assert words[3] not in {
        one["name"] for one in json.loads(ran("topics", "suggest", "--json").stdout)
    }


def test_a_suggestion_says_its_size_its_terms_and_three_papers(seeded: Path):
    fill()
    first = ran("topics", "suggest", "--json").stdout
    assert first == ran("topics", "suggest", "--json").stdout
    for one in json.loads(first):
        assert one["size"] >= len(one["titles"]) == 3
        assert 1 <= len(one["terms"]) <= 5
        assert one["command"].startswith(f'papertriage topics add "{one["name"]}" -p ')
    (line, *titles) = ran("topics", "suggest", "-n", 1).stdout.splitlines()[:4]
    (one, *_) = json.loads(first)
    assert line == f"{one['size']} papers: {', '.join(one['terms'])}"
    assert titles == [f"  - {title}" for title in one["titles"]]


def test_tagged_papers_are_left_out(seeded: Path):
    fill()
    tagged = {paper["title"] for paper in json.loads(ran("list", "-t", "ood", "--json").stdout)}
    shown = ran("topics", "suggest", "-n", 0, "--json").stdout
    assert tagged
    assert not [title for title in tagged if json.dumps(title) in shown]


def test_too_few_untagged_papers_are_told_in_one_line(seeded: Path):
    result = ran("topics", "suggest")
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert "of the 40 needed" in result.stderr


def test_papers_that_are_all_alike_suggest_nothing(home: Path):
    rows = [{"title": f"{n}", "abstract": "a b c d e f g"} for n in range(150)]
    ran("import", "-", stdin="".join(json.dumps(row) + "\n" for row in rows))
    result = ran("topics", "suggest")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no cluster of untagged papers stands out" in result.stderr
