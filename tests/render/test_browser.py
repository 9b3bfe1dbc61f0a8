from __future__ import annotations

import queue
import sys
import threading
import webbrowser
from contextlib import contextmanager

import pytest

from builders import make_paper
from papertriage.render.browser import address_of, open_address

ADDRESS = "https://example.org/?a=1&b=2;c"


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"url": "https://example.org/p"}, "https://example.org/p"),
        ({"url": "javascript:alert(1)"}, "https://arxiv.org/abs/2510.02252"),
        (
            {"url": "file:///etc/passwd", "id": "doi:10.1/x", "doi": "10.1/x"},
            "https://doi.org/10.1/x",
        ),
        ({"url": "--help", "id": "title:0", "doi": None}, None),
    ],
)
def test_only_web_addresses_are_opened(fields, address) -> None:
    assert address_of(make_paper(**fields)) == address


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """Return where the browser of the environment writes what it was called with."""
    monkeypatch.setattr(webbrowser, "_tryorder", None)
    monkeypatch.setattr(webbrowser, "_browsers", {})
    script = tmp_path / "browser"
    out = str(tmp_path / "out")
    code = f"import sys\nopen({out!r}, 'w').write(str(sys.argv[1:]))\n"
    script.write_text(f"#!{sys.executable}\n{code}")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_a_browser_in_the_terminal_runs_while_the_terminal_is_its_own(browser, monkeypatch) -> None:
    monkeypatch.setenv("BROWSER", f"{browser}/browser %s")
    steps = []

    @contextmanager
    def handed_over():
        steps.append((browser / "out").exists())
        yield
        steps.append((browser / "out").exists())

    assert open_address(ADDRESS, handed_over) == f"opened {ADDRESS}"
    assert steps == [False, True]
    assert (browser / "out").read_text() == str([ADDRESS])


def test_a_browser_with_a_window_is_not_waited_for(browser, monkeypatch) -> None:
    opened, may_end = queue.SimpleQueue(), threading.Event()

    class Slow(webbrowser.BaseBrowser):
        def open(self, url, *_: object) -> bool:
            may_end.wait(30)
            opened.put(url)
            return True

    webbrowser.register("slow", None, Slow())
    monkeypatch.setenv("BROWSER", "slow")
    assert open_address(ADDRESS, _never) == f"opening {ADDRESS}"
    assert opened.empty()
    may_end.set()
    assert opened.get(timeout=120) == ADDRESS


def test_where_there_is_no_browser_the_address_is_said(browser, monkeypatch) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert open_address(ADDRESS, _never) == f"no browser found: open {ADDRESS} yourself"


def _never():
    raise AssertionError
