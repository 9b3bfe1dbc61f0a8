"""Start papertriage, as a command or with `python -m papertriage`."""

from __future__ import annotations

from papertriage import signals

# Before any other import, so that Ctrl-C during imports prints no traceback.
signals.watch()

import atexit  # noqa: E402 - as above
import gc  # noqa: E402 - as above
import sys  # noqa: E402 - as above

# A start allocates much and frees little: garbage collection took 5% of a cold `today`.
_ROUND = 100_000
_ROUNDS = 50


def main() -> None:
    """Run the command line, with few rounds of the garbage collector from the first import on."""
    try:
        gc.set_threshold(_ROUND, _ROUNDS, _ROUNDS)
        # Registered first, so it runs last: the interpreter then has no cycles to take apart at its
        # end, which saves 10 ms of a cold `today`. The system frees the memory anyway.
        atexit.register(gc.freeze)
        from papertriage.cli import main as run

        run()
    except (OSError, MemoryError) as error:
        # cli.py, which reports errors, may not be loaded yet; nor may errors.py, without files.
        try:
            from papertriage.errors import refused

            failure, code = str(refused(error)), refused(error).exit_code
        except OSError as again:
            failure, code = str(again.strerror).lower(), 1
        sys.stderr.write(f"papertriage cannot start: {failure}\n")
        raise SystemExit(code) from None
    except BaseException as error:
        # A library may have turned the exception that a signal raised into another one.
        failed = not isinstance(error, SystemExit) or error.code
        if failed and signals.received():
            raise signals.Ended(signals.received()) from None
        raise
    finally:
        signals.leave()


if __name__ == "__main__":
    main()
