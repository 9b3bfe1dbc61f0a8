"""Define the options about consumers, and say which of them contradict each other."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage.errors import InputError

Batch = Annotated[
    int | None, typer.Argument(metavar="[BATCH]", help="With --ack: this batch, not another.")
]
Consumer = Annotated[
    str | None,
    typer.Option("--consumer", metavar="NAME", help="Only what this reader was never given."),
]
Ack = Annotated[
    bool, typer.Option("--ack", help="The consumer has its batch: the next one may come.")
]
Changed = Annotated[
    bool, typer.Option("--changed", help="Also what a new version changed since it was given.")
]
Forget = Annotated[
    bool, typer.Option("--forget", help="Forget the consumer: all is new to it again.")
]
Consumers = Annotated[
    bool, typer.Option("--consumers", help="List the consumers, their batches and what waits.")
]


def check(consumer: str | None, batch: int | None, **flags: bool) -> None:
    """Raise InputError where options need, or exclude, each other."""
    given = [f"--{name}" for name, on in flags.items() if on]
    if given and consumer is None:
        msg = f"{given[0]} needs --consumer NAME: `papertriage export --consumers` lists them"
        raise InputError(msg)
    if batch is not None and not flags["ack"]:
        msg = f"{batch} is read as a batch, which only --ack takes"
        raise InputError(msg)
    if flags["ack"] and flags["forget"]:
        msg = "--ack and --forget contradict each other: give one"
        raise InputError(msg)
