"""The screen on a real pseudo-terminal: a process, its keys, and what ends it."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import termios
import time
from pathlib import Path

import pytest

from caches import cache_of, named_paper, store_papers, titled
from driven import Driven
from hostile import HOSTILE_TITLES
from papertriage.cache.connection import opened, writing

TITLES = ("ood 0.99 Apples", "ood 0.98 Bears", "ood 0.97 Cows", "ood 0.96 Doves")
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]")


ABSTRACTS = (
    "Orchards ripen late in a cold year.",
    "A mammal sleeps through the winter months.",
    "Grazing cattle keep meadows open.",
    "Birds carry letters across borders.",
)


@pytest.fixture
def cache(home: Path) -> Path:
    """Return a cache of four papers that are not alike, so that none stands folded."""
    with cache_of(home / "cache.db") as connection:
        papers = zip(titled(*TITLES), ABSTRACTS, strict=True)
        store_papers(connection, *(paper._replace(abstract=said) for paper, said in papers))
    return home / "cache.db"


@pytest.fixture
def driven(home: Path, cache: Path):
    """Return a function that starts triage and waits for its first paper."""
    running = []

    def start(*words: object, **options) -> Driven:
        running.append(Driven(home, "triage", *words, **options))
        running[-1].until("k keep")
        return running[-1]

    yield start
    for one in running:
        one.__exit__()


def decisions(cache: Path) -> list[str]:
    connection = sqlite3.connect(cache)
    try:
        rows = connection.execute(
            "SELECT title || ': ' || decision FROM decisions JOIN papers ON id = paper ORDER BY at"
        )
        return [row[0][9:] for row in rows]
    finally:
        connection.close()


def test_each_key_does_what_it_says_and_the_status_counts_it(driven, cache) -> None:
    screen = driven()
    screen.until("1 of 4, 4 left")
    screen.until("ood 0.99 Apples")
    screen.press("k", "Bears\n", "kept 1 ")
    screen.press("s", "Cows\n", "kept 1, skipped 1 ")
    screen.press("l", "Doves\n", "1 left")
    screen.press("k", "No papers are left.", "postponed 1")
    assert decisions(cache) == ["Apples: keep", "Bears: skip", "Cows: later", "Doves: keep"]
    screen.press("q")
    assert screen.ended() == 0
    screen.until("kept 2, skipped 1, postponed 1; 0 papers left")


def test_undo_goes_back_answer_by_answer(driven, cache) -> None:
    screen = driven()
    for title, key in (("Bears", "k"), ("Cows", "s")):
        screen.press(key, f"{title}\n")
    screen.press("u", "no longer skipped")
    screen.until("Bears\n")
    screen.press("u", "no longer kept")
    screen.until("Apples\n")
    screen.press("u", "nothing to undo")
    assert decisions(cache) == []


def test_a_kill_loses_no_answer_whose_next_paper_is_drawn(driven, cache) -> None:
    screen = driven()
    screen.press("k", "Bears\n")
    screen.press("s", "Cows\n")
    screen.signal(signal.SIGKILL)
    assert screen.ended() == -signal.SIGKILL
    assert decisions(cache) == ["Apples: keep", "Bears: skip"]


def test_the_screen_follows_the_size_of_the_terminal(driven) -> None:
    screen = driven()
    small = screen.resize(40, 12, "k keep")
    assert "ood 0.99 Apples" in small
    assert max(map(len, small.split("\n"))) <= 40
    for columns, rows in ((10, 3), (1, 1), (200, 60)):
        screen.resize(columns, rows, "")
        screen.press("?")
        screen.press("q")
    screen.resize(100, 30, "search  n next  p back")
    screen.press("s", "Bears\n")


def test_a_busy_cache_keeps_the_answer_until_it_can_be_stored(driven, cache) -> None:
    screen = driven()
    with opened(cache) as other:
        with writing(other):
            shown = screen.press("k", "the cache is busy")
            assert "Apples\n" in shown
            screen.press("s")
        screen.until("Bears\n")
    assert decisions(cache) == ["Apples: keep"]


def test_an_answer_that_waits_can_be_given_up(driven, cache) -> None:
    screen = driven()
    with opened(cache) as other, writing(other):
        screen.press("k", "the cache is busy")
        screen.press("u", "undid the answer before it was stored")
    screen.press("s", "Bears\n")
    assert decisions(cache) == ["Apples: skip"]


def test_leaving_with_an_answer_that_could_not_be_stored_is_said(driven, cache) -> None:
    screen = driven()
    screen.press("k", "Bears\n")
    with opened(cache) as other, writing(other):
        screen.press("k", "the cache is busy")
        screen.press("q")
        assert screen.ended() == 5
    screen.until("your last answer was not stored, all earlier ones were")
    assert decisions(cache) == ["Apples: keep"]


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (lambda screen: screen.press("\x03"), 130),
        (lambda screen: screen.signal(signal.SIGTERM), 143),
        (lambda screen: screen.signal(signal.SIGHUP), 129),
        (lambda screen: screen.press("\x11"), 0),
    ],
    ids=["ctrl-c", "sigterm", "sighup", "ctrl-q"],
)
def test_what_ends_it_leaves_the_terminal_as_it_was(home, cache, end, code) -> None:
    with Driven(home, "triage") as screen:
        before = termios.tcgetattr(screen.leader)
        screen.press("", "1 of 4")
        screen.press("k", "Bears\n")
        assert termios.tcgetattr(screen.leader) != before
        end(screen)
        assert screen.ended() == code
        assert termios.tcgetattr(screen.leader)[:6] == before[:6]
        assert screen.raw.rindex(b"\x1b[?1049l") > screen.raw.rindex(b"\x1b[?1049h")
        assert screen.raw.rindex(b"\x1b[?25h") > screen.raw.rindex(b"\x1b[?25l")
    assert decisions(cache) == ["Apples: keep"]


def test_a_terminal_that_is_closed_ends_it(home, cache) -> None:
    screen = Driven(home, "triage")
    screen.until("1 of 4")
    screen.press("k", "Bears\n")
    os.close(screen.leader)
    assert screen.process.wait(60) == 129
    assert decisions(cache) == ["Apples: keep"]


def test_ctrl_z_stops_it_and_it_comes_back(driven) -> None:
    screen = driven()
    screen.press("\x1a")
    state = Path(f"/proc/{screen.process.pid}/stat")
    if not state.exists():
        pytest.skip("the state of a process is read from /proc")
    end = time.monotonic() + 120
    while state.read_text().rsplit(")", 1)[1].split()[0] != "T":
        assert time.monotonic() < end
        screen.read()
    screen.signal(signal.SIGCONT)
    screen.press("k", "Bears\n")


def test_topics_can_be_fixed_and_that_undone(driven, cache) -> None:
    screen = driven()
    screen.press("t", "Does the paper belong to this topic?", "0.99  ood")
    screen.press("n", "ood 0.99 (you: no)")
    screen.press("u", "undid the label for ood")
    screen.press("t", "Does the paper belong to this topic?")
    screen.press("\x1b", "k keep")
    screen.press("t", "Does the paper belong to this topic?")
    screen.press("y", "ood 0.99 (you: yes)")
    assert decisions(cache) == []
    screen.press("q")
    assert screen.ended() == 0
    screen.until("ood will be retrained after 19 more labels")


def test_a_search_jumps_and_escape_leaves_it(driven) -> None:
    screen = driven()
    screen.press("/")
    screen.press("doves\r", "Doves\n")
    screen.until("1 match")
    screen.press("/kq\x1b", "k keep")
    screen.press("/")
    screen.press("nonesuch\r", "no papers match nonesuch")


def test_looking_about_decides_nothing(driven, cache) -> None:
    screen = driven()
    screen.press("n", "Bears\n")
    screen.press("j", "Cows\n")
    screen.press("p", "Bears\n")
    screen.press("J", "Apples\n")
    screen.press("+", "no similar papers are folded here")
    screen.press("?", "this help", "Every answer is stored")
    screen.press("\x1b", "k keep")
    assert decisions(cache) == []


def test_a_long_abstract_scrolls_by_lines_pages_and_to_its_ends(home) -> None:
    with cache_of(home / "cache.db") as connection:
        words = " ".join(f"word{n}" for n in range(500))
        store_papers(connection, named_paper("a", abstract=words))
    with Driven(home, "triage") as screen:
        screen.until("1 of 1", "word0 ")
        screen.press("\x1b[F", "word499")
        screen.press("\x1b[H", "Paper a")
        screen.press("\x1b[B\x1b[B\x1b[B")
        screen.press(" ", "word370 ")
        screen.press("b", "word0 ")
        screen.press("\x1b[A\x1b[A\x1b[A", "Paper a")


def test_a_page_opens_in_the_browser_of_the_environment_without_a_shell(driven, tmp_path) -> None:
    script, out = tmp_path / "browser", tmp_path / "out"
    script.write_text(f'#!/bin/sh\nprintf "%s|" "$#" "$@" > {out}\n')
    script.chmod(0o755)
    screen = driven(BROWSER=f"{script} %s")
    screen.press("o", "opened https://arxiv.org/abs/2510.00001")
    assert out.read_text() == "1|https://arxiv.org/abs/2510.00001|"
    screen.press("k", "Bears\n")


def test_without_a_browser_the_address_is_shown(driven, tmp_path) -> None:
    # Python itself is all that is on the path: no browser is.
    screen = driven(PATH=str(tmp_path))
    screen.press("o", "no browser found: open https://arxiv.org/abs/2510.00001")


def test_hostile_papers_reach_the_terminal_as_text_alone(home) -> None:
    titles = [title for title in HOSTILE_TITLES if title.isprintable() or "\ud800" not in title]
    with cache_of(home / "cache.db") as connection:
        papers = [
            named_paper(
                f"doi:10.1/{n}", title=t, abstract=t, authors=(t, t), categories=(t,), url=t
            )
            for n, t in enumerate(titles)
        ]
        stored = store_papers(connection, *papers).new
    with Driven(home, "triage", BROWSER="") as screen:
        screen.until(f"1 of {stored}")
        for number in range(2, stored + 1):
            screen.press("n", f"{number} of {stored}")
            assert not UNSAFE.findall(screen.screen.text)
        screen.press("q")
        assert screen.ended() == 0
    assert b"\x1b]8;" not in screen.raw
    assert b"\x1b]52" not in screen.raw
    assert b"\x1b[31mred" not in screen.raw


def test_colours_are_the_terminals_own_and_none_with_no_color(driven) -> None:
    coloured = driven()
    coloured.press("k", "Bears\n")
    assert [code for code in coloured.screen.codes if re.search(r"[;\[]35[;m]", code)]
    assert b"38;2;" not in coloured.raw
    assert b"48;2;" not in coloured.raw
    coloured.press("u", "Apples\n")
    plain = driven(NO_COLOR="1")
    assert not [
        code
        for code in plain.screen.codes
        if code.endswith("m") and re.search(r"[;\[](3[0-8]|4[0-8]|9[0-7])[;m]", code)
    ]
