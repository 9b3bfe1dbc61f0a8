"""Start papertriage, as the command and as `python -m papertriage`."""

from __future__ import annotations

import atexit
import gc

# A start allocates much and frees little: the collector's rounds took 5% of a cold `today`.
_ROUND = 100_000
_ROUNDS = 50


def main() -> None:
    """Run the command line; the collector of cycles is to come seldom, from the first import on."""
    gc.set_threshold(_ROUND, _ROUNDS, _ROUNDS)
    # Registered first, so that it comes last: the interpreter's own end then finds no cycle to take
    # apart, 10 ms of a cold `today`. The system takes the memory back anyway.
    atexit.register(gc.freeze)
    from papertriage.cli import main as run

    run()


if __name__ == "__main__":
    main()
