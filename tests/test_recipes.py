"""docs/recipes.md: every block runs as it stands, against a webhook and tools of this machine."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from processes import ran
from shells import place

DOCUMENT = (Path(__file__).parents[1] / "docs" / "recipes.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, flags=re.MULTILINE | re.DOTALL)


def block(words: str) -> str:
    """Return the one bash block that holds these words."""
    (found,) = [one for one in blocks("bash") if words in one]
    return found


@pytest.fixture
def desk(seeded: Path) -> Path:
    """Return a directory to work in."""
    for tool in ("bash", "jq"):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed on this machine")
    path = seeded.parent / "desk"
    path.mkdir()
    return path


def run(desk: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail\n{script}"],
        cwd=desk,
        env=place(desk.parent, "bash")
        | {"PAPERTRIAGE_NOW": "2026-11-23T09:00:00Z", "TZ": "UTC", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def tool(desk: Path, name: str, script: str) -> None:
    """Put a tool that may not be on this machine on the PATH."""
    place(desk.parent, "bash")
    path = desk.parent / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


class Webhook(BaseHTTPRequestHandler):
    """Answers a POST with the status that the server has, and keeps what came."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append((self.headers["Content-Type"], json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def webhook() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Webhook) as server:
        server.posted, server.status = [], 200
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_every_block_is_tested() -> None:
    tested = ("--consumer desk", "slack.curl", "notes/$(jq", "git -C", "fzf", "zotero", "datasette")
    assert len(blocks("bash")) == len(tested)
    assert all(block(words) for words in tested)


def test_a_consumer_reads_each_paper_once(desk: Path) -> None:
    for _ in range(3):
        assert run(desk, block("--consumer desk")).returncode == 0
    read = [json.loads(line) for line in (desk / "read.jsonl").read_text().splitlines()]
    tagged = json.loads(ran("list", "--topic", "causality", "--limit", 0, "--json").stdout)
    assert sorted(one["id"] for one in read) == sorted(one["id"] for one in tagged)


def test_a_webhook_is_sent_each_paper_until_it_takes_it(desk: Path, webhook: HTTPServer) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed on this machine")
    (desk / "slack.curl").write_text(f'url = "http://127.0.0.1:{webhook.server_port}/hook"\n')
    with sqlite3.connect(desk.parent / "cache.db") as connection:
        connection.execute(
            "UPDATE papers SET title = '<!channel> & more', url = 'https://example.org/a|b'"
            " WHERE key = (SELECT paper FROM tags WHERE tagged = 1 AND topic ="
            " (SELECT key FROM topics WHERE name = 'alignment') ORDER BY paper LIMIT 1)"
        )
    connection.close()
    webhook.status = 500
    assert run(desk, block("slack.curl")).returncode != 0
    webhook.status = 200
    results = [run(desk, block("slack.curl")) for _ in range(9)]
    codes = [result.returncode for result in results]
    assert codes == [0] * codes.index(4) + [4] * (9 - codes.index(4)), results
    kinds, messages = zip(*webhook.posted, strict=True)
    assert set(kinds) == {"application/json"}
    assert messages[0] == messages[1]
    sent = [line for message in messages[1:] for line in message["text"].split("\n")]
    tagged = json.loads(ran("list", "--topic", "alignment", "--limit", 0, "--json").stdout)
    assert len(sent) == len(tagged)
    assert "<https://example.org/a%7Cb|&lt;!channel&gt; &amp; more>" in sent


def test_a_kept_paper_is_a_note(desk: Path) -> None:
    with sqlite3.connect(desk.parent / "cache.db") as connection:
        connection.execute(
            "UPDATE papers SET title = 'A \"title\"\n[x](javascript:1)' WHERE key = 1"
        )
    connection.close()
    papers = [one["id"] for one in json.loads(ran("export", "--json").stdout)]
    assert ran("keep", *papers[:3]).exit_code == 0
    assert run(desk, block("notes/$(jq")).returncode == 0
    names = {path.name for path in (desk / "notes").iterdir()}
    assert names == {f"{paper.replace(':', '-')}.md" for paper in papers[:3]}
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,99}\.md", name) for name in names)
    for name in names:
        text = (desk / "notes" / name).read_text(encoding="utf-8")
        front = re.fullmatch(r"---\nid: (.+)\ntitle: (.+)\ntags: (.+)\n---\n.*", text, re.DOTALL)
        assert front is not None
        assert json.loads(front[1]).replace(":", "-") == name.removesuffix(".md")
        assert isinstance(json.loads(front[3]), list)
        assert "[x](" not in text.partition("\n---\n")[2]
    mine = desk / "notes" / min(names)
    mine.write_text("mine", encoding="utf-8")
    ran("export", "--consumer", "notes", "--forget")
    assert run(desk, block("notes/$(jq")).returncode == 0
    assert mine.read_text(encoding="utf-8") == "mine"


def test_notes_are_committed_only_when_they_changed(desk: Path) -> None:
    if not shutil.which("git"):
        pytest.skip("git is not installed on this machine")
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
    }
    assert run(desk, "git init --quiet notes").returncode == 0
    for _ in range(2):
        result = run(desk, block("git -C"), **who)
        assert result.returncode == 0, result.stderr
    logged = run(desk, "git -C notes log --oneline --name-only").stdout.splitlines()
    assert logged[1:] == ["digest-2026-11-23.md"]


def test_what_is_chosen_in_fzf_is_kept(desk: Path) -> None:
    tool(desk, "fzf", 'printf "%s\\n" "$@" > fzf.words; sed -n "2p;5p"')
    result = run(desk, block("fzf"))
    assert result.returncode == 0, result.stderr
    listed = [one["id"] for one in json.loads(ran("list", "--json").stdout)]
    kept = [one["id"] for one in json.loads(ran("list", "--decision", "keep", "--json").stdout)]
    assert sorted(kept) == sorted([listed[1], listed[4]])
    preview = (desk / "fzf.words").read_text().splitlines()[-1]
    assert kept[0] in run(desk, preview.replace("{1}", kept[0])).stdout


def test_zotero_is_given_what_is_new(desk: Path) -> None:
    papers = [one["id"] for one in json.loads(ran("export", "--json").stdout)]
    ran("keep", *papers[:2])
    assert run(desk, block("zotero")).returncode == 0
    assert (desk / "zotero.bib").read_text(encoding="utf-8").count("\n}") == 2
    assert run(desk, block("zotero")).returncode == 4
    ran("keep", papers[2])
    assert run(desk, block("zotero")).returncode == 0
    assert (desk / "zotero.bib").read_text(encoding="utf-8").count("\n}") == 1


def test_datasette_is_given_a_whole_copy(desk: Path) -> None:
    tool(desk, "datasette", '[ "$1" = --immutable ] && [ -f "$2" ] && echo "$2"')
    result = run(desk, block("datasette"))
    assert (result.returncode, result.stdout) == (0, "papers.db\n"), result.stderr
    connection = sqlite3.connect(f"{(desk / 'papers.db').as_uri()}?immutable=1", uri=True)
    (query,) = blocks("sql")
    rows = connection.execute(query).fetchall()
    connection.close()
    assert {row[0] for row in rows} == {"alignment", "causality", "diffusion", "ood"}
    assert all(count > 0 and 0 < score <= 1 for _, count, score in rows)
