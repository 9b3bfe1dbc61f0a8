"""Show dialogs on the triage screen: help, and the topics to label."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from papertriage.formats.cells import two_digits
from papertriage.render.triaging_text import HELP
from papertriage.text import visible

Topic = tuple[str, float, bool | None]
_SAID = {True: "you: yes", False: "you: no", None: ""}


class Help(ModalScreen[None]):
    """The help, shown until a key is pressed that does not scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss"),
        Binding("down,j", "move(1)"),
        Binding("up,J", "move(-1)"),
        Binding("space,pagedown", "move(8)"),
        Binding("b,pageup", "move(-8)"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with VerticalScroll(can_focus=False):
            yield Static(Text(HELP))

    def action_move(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


class Topics(ModalScreen[tuple[str, bool | None] | None]):
    """The topics with their scores: the reader labels one yes or no, or clears its label."""

    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,t", "dismiss"),
        Binding("y", "say(1)"),
        Binding("n", "say(0)"),
        Binding("c", "say(-1)"),
        Binding("j", "down", priority=True),
        Binding("J", "up", priority=True),
    ]

    def __init__(self, topics: list[Topic]) -> None:
        """Set the topics, best first."""
        super().__init__()
        self._topics = topics

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield Static(
            Text("Does the paper belong to this topic?  y yes  n no  c clear  Esc", "bold")
        )
        lines = (
            f"{two_digits(score)}  {visible(name, 60)}  {_SAID[label]}".rstrip()
            for name, score, label in self._topics
        )
        yield OptionList(*map(Text, lines), markup=False)

    def action_say(self, value: int) -> None:
        """Label the chosen topic yes (1) or no (0), or clear its label (-1)."""
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self.dismiss((self._topics[place][0], None if value < 0 else bool(value)))

    def action_down(self) -> None:
        """Select the next topic."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Select the previous topic."""
        self.query_one(OptionList).action_cursor_up()
