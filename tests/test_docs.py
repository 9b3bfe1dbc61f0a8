"""The documents: what they quote is current, and every command line in them runs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

import generate
import manpage
from arxiv_server import ArxivServer, invented_papers
from corpora import write_corpus
from papertriage import config, models
from papertriage.cli import group
from papertriage.commands._tree import tree
from papertriage.errors import ExitCode
from papertriage.formats.paper_json import paper_json
from papertriage.sources.registry import source_names
from papertriage.topics.definitions import load_topics
from schedulers import Programs
from smtp_server import SmtpServer

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "papertriage"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# What a contributor reads; its paths are relative to the project.
FOR_CONTRIBUTORS = ("CONTRIBUTING.md", "docs/style.md", "docs/systems.md", "docs/testing.md")
LINES = [
    line
    for path in DOCUMENTS
    for line in generate.command_lines(path.name, path.read_text(encoding="utf-8"))
]


def _read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def _label(line):
    return f"{line.document}:{line.line}"


def test_the_command_reference_is_current():
    assert _read("docs/cli.md") == generate.cli_reference(), "run `make docs`"


def test_the_manual_is_current():
    manual = manpage.manual(generate.MEANINGS, generate.ENVIRONMENT)
    assert _read("docs/papertriage.1") == manual, "run `make docs`"


def test_the_manual_lists_every_command_and_option():
    manual = _read("docs/papertriage.1").replace("\\-", "-")
    sections = re.split(r"^\.S[HS] ", manual, flags=re.MULTILINE)
    program = tree(group())
    shared = {name for option in program.options for name in option.names}
    assert [name for name in shared if f"\\fB{name}\\fR" not in manual] == []
    for command in list(program.walk())[1:]:
        begins = (f'"{command.path}"', f'"{command.path} \\fI')
        (section,) = [one for one in sections if one.startswith(begins)]
        names = [name for option in command.options for name in option.names]
        own = [name for name in names if name not in shared]
        assert [name for name in own if f"\\fB{name}\\fR" not in section] == [], command.path


@pytest.mark.parametrize(
    "check",
    [
        ("mandoc", "-T", "lint", "-W", "warning"),
        ("groff", "-man", "-ww", "-z", "-Tutf8"),
        ("man", "--warnings", "-l"),
    ],
    ids=lambda check: check[0],
)
def test_the_manual_is_read_without_a_warning(check):
    if not shutil.which(check[0]):
        pytest.skip(f"{check[0]} is not installed on this machine")
    result = subprocess.run(
        [*check, ROOT / "docs" / "papertriage.1"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.stderr == ""
    if check[0] == "man":
        assert "papertriage - Turn the day's new papers into the ten to read" in result.stdout
    else:
        # A page that is written anew from the same sources is the same: it has no date.
        lines = result.stdout.splitlines()
        assert [line for line in lines if "missing date" not in line] == []


def test_the_picture_is_current():
    assert _read("docs/today.svg") == generate.picture(), "run `make docs`"


def test_the_picture_loads_nothing_from_elsewhere():
    addresses = set(re.findall(r"https?://[^\"' )<]+", _read("docs/today.svg")))
    # What names a dialect of XML is no address that anything loads.
    assert addresses <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}


def test_the_map_is_current():
    map_ = _read("docs/map.md")
    assert map_ == generate.with_map(map_), "run `make docs`"


def test_the_map_names_every_module_and_no_other():
    named = re.findall(r"`([\w/]+\.py)`", _read("docs/map.md"))
    modules = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py")}
    listed = {name for name in modules if not name.endswith("__init__.py")}
    assert set(named) == listed


def test_the_map_names_every_package_and_no_other():
    named = re.findall(r"^### papertriage/?(.*)$", _read("docs/map.md"), flags=re.MULTILINE)
    packages = {str(path.parent.relative_to(SOURCE)) for path in SOURCE.rglob("__init__.py")}
    assert {name or "." for name in named} == packages


@pytest.mark.parametrize("name", FOR_CONTRIBUTORS)
def test_a_path_in_a_document_for_contributors_exists(name):
    paths = re.findall(r"`((?:src|tests|docs|benchmarks|seeds)/[\w./-]+)`", _read(name))
    assert paths
    # The worked examples make files, whose names stand in angle brackets or in a block of code.
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_outputs_in_the_readme_are_current():
    readme = _read("README.md")
    assert readme == generate.with_outputs(readme), "run `make docs`"


def test_the_outputs_in_the_recipes_are_current():
    recipes = _read("docs/recipes.md")
    _needs("jq ")
    assert recipes == generate.with_outputs(recipes), "run `make docs`"


@pytest.mark.parametrize("line", [one for one in LINES if one.output is not None], ids=_label)
def test_an_output_in_a_document_is_no_failure(line):
    assert line.output
    assert "Traceback" not in line.output
    assert "internal error" not in line.output


@pytest.fixture
def place(tmp_path, home, monkeypatch):
    """Return a directory with seeds and a corpus; arXiv, the mail server and cron are ours too."""
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    write_corpus(tmp_path / "corpus" / "2025.parquet", 20)
    programs = Programs(tmp_path / "bin")
    programs.add("crontab", "systemctl", "launchctl")
    programs.set("no session")
    monkeypatch.setenv("PATH", f"{programs.place}{os.pathsep}{os.environ['PATH']}")
    with ArxivServer(invented_papers(5)) as server, SmtpServer() as mails:
        config.change("mail.host", "127.0.0.1")
        config.change("mail.port", str(mails.port))
        config.change("mail.security", "none")
        config.change("mail.from", "papers@example.org")
        config.change("sources.arxiv.url", server.url)
        config.change("sources.arxiv.query", "all:a")
        config.change("sources.arxiv.delay", "0")
        # Row numbers mean the last listing, so that there must be one.
        generate.ran("papertriage list", str(home), tmp_path)
        yield tmp_path


def _needs(command):
    missing = [tool for tool in ("jq", "gzip") if f"{tool} " in command and not shutil.which(tool)]
    if missing:
        pytest.skip(f"{missing[0]} is not installed on this machine")


@pytest.mark.parametrize(
    "line",
    [one for one in LINES if one.output is None and not re.match(r"make |(\S+ ){5} ", one.command)],
    ids=_label,
)
def test_a_command_line_in_a_document_runs(line, place, home):
    # Whatever else a document tells a reader to run is no line for a test: it stands as text.
    assert "papertriage" in line.command
    _needs(line.command)
    before = set(place.iterdir())
    result = generate.ran(line.command, str(home), place)
    assert result.returncode == ExitCode.DONE, result.stdout
    assert "Traceback" not in result.stdout
    assert result.stdout or set(place.iterdir()) - before


MAKE = sorted({one.command for one in LINES if one.command.startswith("make ")})


@pytest.mark.parametrize("command", MAKE)
def test_a_make_target_in_a_document_exists(command):
    if not shutil.which("make"):
        pytest.skip("make is not installed on this machine")
    result = subprocess.run(
        [*shlex.split(command), "--dry-run", "--always-make"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout


CRON = [one for one in LINES if re.match(r"(\S+ ){5} ", one.command)]


@pytest.mark.parametrize("line", CRON, ids=_label)
def test_a_crontab_line_needs_neither_home_nor_locale(line, place, home):
    command = line.command.split(maxsplit=5)[5]
    path = generate.environment(str(home))["PATH"]
    result = subprocess.run(
        ["env", "-i", f"PATH={path}", f"PAPERTRIAGE_HOME={home}", "/bin/sh", "-c", command],
        cwd=place,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == ExitCode.DONE, result.stderr
    assert "Traceback" not in result.stderr
    assert list(place.glob("digest-????-??-??.md"))


def test_there_is_a_crontab_line_and_both_pipes_of_the_readme():
    commands = [line.command for line in LINES if line.document == "README.md"]
    assert [line.document for line in CRON] == ["README.md", "recipes.md"]
    assert "papertriage today --json | jq '.[].title'" in commands
    assert "papertriage list --format ids | head -1 | papertriage show -" in commands


def test_every_key_of_a_paper_is_documented():
    schema = _read("docs/schema.md").partition("## A digest")[0]
    paper = models.CachedPaper(models.Paper("title:1", "A Title"), "2026-11-23T08:00:00Z")
    rows = re.findall(r"^\| `(\w+)` \|", schema, flags=re.MULTILINE)
    assert rows == list(paper_json(paper))


def test_every_environment_variable_is_documented():
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src/papertriage").rglob("*.py")
    )
    ours = set(re.findall(r"\bPAPERTRIAGE_[A-Z_]+", source))
    documented = {name for name in generate.ENVIRONMENT if name.startswith("PAPERTRIAGE_")}
    assert ours == documented


def test_every_source_is_documented():
    sources = _read("docs/sources.md")
    assert [name for name in source_names() if f"papertriage fetch {name}" not in sources] == []


def test_every_shipped_topic_is_named():
    text = _read("docs/topics.md")
    assert [
        name for name in load_topics(ROOT / "seeds" / "topics") if f"`{name}`" not in text
    ] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_leads_to_a_file(path):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    local = [link for link in links if not re.match(r"https?://", link)]
    assert [link for link in local if not (path.parent / link).exists()] == []


def _anchors(path):
    """Return the anchors of a document's headings, as GitHub makes them."""
    text = re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_an_anchor_leads_to_a_heading(path):
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", path.read_text(encoding="utf-8"))
    lost = [
        f"{file}#{anchor}"
        for file, anchor in links
        if anchor not in _anchors((path.parent / file) if file else path)
    ]
    assert lost == []


def test_every_decision_is_listed_and_begins_with_what_was_decided():
    contents, *sections = _read("docs/decisions.md").split("\n### ")
    titles = [section.partition("\n")[0] for section in sections]
    assert len(titles) == len(set(titles)) > 50
    assert [title for title in titles if f"[{title}](#" not in contents] == []
    decided = re.compile(r"[^\n]+\n\n\*\*[^\n]+\*\* \(\d{4}-\d\d-\d\d\)\n\n\S")
    assert [section for section in sections if not decided.match(section)] == []
