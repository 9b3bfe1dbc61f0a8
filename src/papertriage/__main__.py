"""Start papertriage, as the command and as `python -m papertriage`."""

from __future__ import annotations

from papertriage import signals

# Before any other import: a Ctrl-C among imports is no traceback.
signals.watch()

import atexit  # noqa: E402 - as above
import gc  # noqa: E402 - as above
import sys  # noqa: E402 - as above

# A start allocates much and frees little: the collector's rounds took 5% of a cold `today`.
_ROUND = 100_000
_ROUNDS = 50


def main() -> None:
    """Run the command line; the collector of cycles is to come seldom, from the first import on."""
    try:
        gc.set_threshold(_ROUND, _ROUNDS, _ROUNDS)
        # Registered first, so that it comes last: the interpreter's own end then finds no cycle to
        # take apart, 10 ms of a cold `today`. The system takes the memory back anyway.
        atexit.register(gc.freeze)
        from papertriage.cli import main as run

        run()
    except (OSError, MemoryError) as error:
        # Nothing that could tell it better is there yet; where files cannot be opened, nor is this.
        try:
            from papertriage.errors import refused

            failure, code = str(refused(error)), refused(error).exit_code
        except OSError as again:
            failure, code = str(again.strerror).lower(), 1
        sys.stderr.write(f"papertriage cannot start: {failure}\n")
        raise SystemExit(code) from None
    except BaseException as error:
        # Whatever a library made of the exception that a signal raised.
        failed = not isinstance(error, SystemExit) or error.code
        if failed and signals.received():
            raise signals.Ended(signals.received()) from None
        raise
    finally:
        signals.leave()


if __name__ == "__main__":
    main()
