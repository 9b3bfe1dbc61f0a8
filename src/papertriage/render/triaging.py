"""Draw a triage session, and handle its keys."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar, Protocol

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Key, Resize
from textual.widgets import Input, Static

from papertriage.errors import CacheBusy, ExitCode, PapertriageError
from papertriage.models import CachedPaper, Decision
from papertriage.render import triaging_text as text
from papertriage.render.browser import address_of, open_address
from papertriage.render.triaging_dialogs import Help, Topic, Topics

_AGAIN_S = 0.25
_NEWS_S = 0.5
_SAID_TIMES = 10
"""How many times _NEWS_S a message is shown before the keys are shown again."""
_ENDINGS = {"SIGTERM": ExitCode.TERMINATED, "SIGHUP": ExitCode.HANGUP}


class ScreenSession(Protocol):
    """What the screen needs of a session; methods for keys return a line to show."""

    @property
    def paper(self) -> CachedPaper | None:
        """Return the paper to show, or None after the last."""

    @property
    def novelty(self) -> str:
        """Return how similar the paper is to kept ones."""

    @property
    def folded(self) -> int:
        """Return how many similar papers are folded behind it."""

    def answer(self, decision: Decision) -> str:
        """Decide on the paper."""

    def skip_fold(self) -> str:
        """Skip the paper and all similar ones."""

    def undo(self) -> str:
        """Undo the last answer."""

    def onward(self) -> str:
        """Show the next paper, without deciding."""

    def back(self) -> str:
        """Show the previous paper."""

    def unfold(self) -> str:
        """Show the similar papers next."""

    def label(self, topic: str, value: bool | None) -> str:
        """Label the paper."""

    def search(self, query: str) -> str:
        """Show a match."""

    def topics(self) -> list[Topic]:
        """Return the paper's topics."""

    def refresh(self) -> bool:
        """Apply what was learned; return whether there was anything new."""

    def status(self) -> tuple[str, ...]:
        """Return the parts of the status line."""

    def tally(self) -> str:
        """Return the decisions so far, counted."""


class TriageApp(App[int]):
    """The screen: status, paper, and a line for keys, messages and searches."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    CSS = """
    Screen, ModalScreen, VerticalScroll, Static, Input, OptionList {
        background: ansi_default; color: ansi_default;
    }
    #status, #said { height: 1; }
    VerticalScroll, OptionList {
        scrollbar-size-vertical: 1; scrollbar-color: ansi_bright_black;
        scrollbar-background: ansi_default; scrollbar-corner-color: ansi_default;
    }
    #page { height: 1fr; }
    #paper { width: 100%; max-width: 100; }
    Input, Input:focus { height: 1; border: none; padding: 0; display: none; }
    Topics Static { height: auto; }
    OptionList, OptionList:focus { height: 1fr; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "answer('keep')"),
        Binding("s", "answer('skip')"),
        Binding("l", "answer('later')"),
        Binding("S", "step('skip_fold')"),
        Binding("u", "step('undo')"),
        Binding("n,j", "step('onward')"),
        Binding("p,J", "step('back')"),
        Binding("plus", "step('unfold')"),
        Binding("o", "open"),
        Binding("t", "topics"),
        Binding("slash", "search"),
        Binding("question_mark,h,f1", "help"),
        Binding("q,ctrl+q", "end(0)"),
        Binding("ctrl+c", f"end({ExitCode.INTERRUPTED:d})", priority=True),
        Binding("ctrl+z", "suspend_process", priority=True),
        Binding("down", "move(1)"),
        Binding("up", "move(-1)"),
        Binding("space,pagedown", "page(1)"),
        Binding("b,pageup", "page(-1)"),
        Binding("home", "page(-1000)"),
        Binding("end", "page(1000)"),
        Binding("escape", "leave_search"),
    ]

    def __init__(self, session: ScreenSession) -> None:
        """Set the session that the keys act on."""
        super().__init__(ansi_color=True)
        self._session = session
        self._waiting: Callable[[], str] | None = None
        self._said, self._fading = "", 0

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield Static(id="status")
        with VerticalScroll(id="page", can_focus=False):
            yield Static(id="paper")
        yield Static(id="said")
        yield Input(placeholder="search", select_on_focus=False)

    def on_mount(self) -> None:
        """Show the first paper, and handle signals that end the session."""
        loop = asyncio.get_running_loop()
        for name, code in _ENDINGS.items():
            if hasattr(signal, name):
                with suppress(NotImplementedError):
                    loop.add_signal_handler(getattr(signal, name), self.action_end, code)
        self.set_interval(_NEWS_S, self._news)
        self.set_interval(_AGAIN_S, self._again)
        self._draw()

    def on_resize(self, event: Resize) -> None:
        """Fit the lines to the new width."""
        self._draw_lines(event.size.width)

    def action_answer(self, decision: Decision) -> None:
        """Decide on the paper shown."""
        self._do(lambda: self._session.answer(decision))

    def action_step(self, name: str) -> None:
        """Call a method of the session."""
        self._do(getattr(self._session, name))

    def action_open(self) -> None:
        """Open the paper's page."""
        paper = self._session.paper
        if self._waiting is not None or paper is None:
            return
        address = address_of(paper.paper)
        self._say(
            open_address(address, self.suspend) if address else "this paper has no web address"
        )

    def action_topics(self) -> None:
        """Ask for a topic and a label."""
        topics = self._session.topics()
        if self._waiting is not None:
            return
        if not topics:
            self._say("this paper has no topic scores: run `papertriage topics retag`")
            return

        def said(answer: tuple[str, bool | None] | None) -> None:
            if answer is not None:
                self._do(lambda: self._session.label(*answer))

        self.push_screen(Topics(topics), said)

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    def action_search(self) -> None:
        """Ask for words to search for."""
        if self._waiting is None:
            self._searching(shown=True)

    def action_leave_search(self) -> None:
        """Close the search field."""
        self._searching(shown=False)

    def on_key(self, event: Key) -> None:
        """Insert keys typed so soon after / that Textual did not send them to the search field."""
        field = self.query_one(Input)
        if field.display and event.character and event.is_printable:
            field.insert_text_at_cursor(event.character)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show the first match."""
        query = event.value
        self._searching(shown=False)
        self._do(lambda: self._session.search(query))

    def action_end(self, code: int) -> None:
        """End the session with an exit code."""
        self.exit(code, return_code=code)

    def action_move(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#page").scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by pages, which overlap by two lines."""
        page = self.query_one("#page")
        page.scroll_relative(y=pages * max(page.size.height - 2, 1), animate=False)

    def _do(self, work: Callable[[], str]) -> None:
        """Do a key's work; if the cache is busy, try again until it succeeds."""
        if self._waiting is not None:
            if work == self._session.undo:
                self._waiting = None
                self._say("undid the answer before it was stored")
            return
        self._try(work)

    def _try(self, work: Callable[[], str]) -> None:
        try:
            said = work()
        except CacheBusy:
            self._waiting = work
            self._say("the cache is busy: another papertriage is writing, retrying (u to cancel)")
        except PapertriageError as error:
            self._waiting = None
            self._say(str(error))
        else:
            self._waiting = None
            self._said, self._fading = said, _SAID_TIMES
            self._draw()

    def _again(self) -> None:
        if self._waiting is not None:
            self._try(self._waiting)

    def _news(self) -> None:
        """Show what was learned in the meantime, without changing the paper shown."""
        self._fading -= 1
        if self._fading == 0:
            self._said = ""
            self._draw_lines()
        if self._session.refresh():
            self._draw(stay=True)

    def _say(self, said: str) -> None:
        """Show a message until the next key, so that an address in it can be copied."""
        self._said, self._fading = said, 0
        self._draw_lines()

    def _draw(self, *, stay: bool = False) -> None:
        session = self._session
        shown = (
            text.page(session.paper, session.novelty, session.folded)
            if session.paper
            else text.ending(session.tally())
        )
        self.query_one("#paper", Static).update(shown)
        if not stay:
            self.query_one("#page").scroll_home(animate=False)
        self._draw_lines()

    def _draw_lines(self, width: int = 0) -> None:
        width = width or self.size.width
        line = text.message(self._said, width) if self._said else text.keys(width)
        self.query_one("#status", Static).update(text.status(self._session.status(), width))
        self.query_one("#said", Static).update(line)

    def _searching(self, *, shown: bool) -> None:
        field = self.query_one(Input)
        field.value = ""
        field.display = shown
        self.query_one("#said").display = not shown
        self.set_focus(field if shown else None)

    @property
    def unsaved(self) -> bool:
        """Return whether an answer still waits to be stored."""
        return self._waiting is not None


def run(session: ScreenSession) -> int:
    """Show the session until it ends, and return the exit code.

    Raises CacheBusy if the last answer could not be stored.
    """
    app = TriageApp(session)
    with _drawn_on_standard_output(), _signals_as_they_were():
        code = app.run(mouse=False)
    if code == ExitCode.HANGUP:
        # The terminal is gone: send further output, and the flush at exit, to /dev/null.
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    if app.unsaved:
        msg = "the cache is busy: your last answer was not stored, all earlier ones were"
        raise CacheBusy(msg)
    return app.return_code or code or 0


@contextmanager
def _drawn_on_standard_output() -> Iterator[None]:
    """Make Textual draw on standard output instead of standard error, which may be a file."""
    error = sys.__stderr__
    sys.__stderr__ = sys.__stdout__  # type: ignore[misc]  # the one place where Textual looks
    try:
        yield
    finally:
        sys.__stderr__ = error  # type: ignore[misc]  # as above


@contextmanager
def _signals_as_they_were() -> Iterator[None]:
    numbers = [getattr(signal, name) for name in (*_ENDINGS, "SIGTSTP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
