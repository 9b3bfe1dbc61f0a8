"""Name every way papertriage can fail, each with its exit code."""

from __future__ import annotations

import errno
import os


class ExitCode:
    """Exit codes, as listed in docs/cli.md; an IntEnum would add 0.6 ms to every start."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY_DONE = 3
    NOTHING_TO_SHOW = 4
    CACHE_BUSY = 5
    CACHE_UNUSABLE = 6
    DISK = 7
    OUTPUT = 74
    FETCH_RUNNING = 75
    CONFIGURATION = 78
    HANGUP = 129
    INTERRUPTED = 130
    CLOSED_PIPE = 141
    TERMINATED = 143


class PapertriageError(Exception):
    """An error reported in one line: what failed, which thing, what to do next."""

    exit_code = ExitCode.FAILED


class InputError(PapertriageError):
    """What was typed or piped in cannot be used."""

    exit_code = ExitCode.USAGE


class NothingToShow(PapertriageError):
    """The listing is empty and --fail-if-empty was given."""

    exit_code = ExitCode.NOTHING_TO_SHOW


class CacheBusy(PapertriageError):
    """Another process kept the cache locked for longer than we wait."""

    exit_code = ExitCode.CACHE_BUSY


class CacheUnusable(PapertriageError):
    """The cache is damaged, not a cache or from a newer version, or SQLite cannot read it."""

    exit_code = ExitCode.CACHE_UNUSABLE


class DiskError(PapertriageError):
    """The disk is full or read-only."""

    exit_code = ExitCode.DISK


class OutputError(PapertriageError):
    """The output could not be written."""

    exit_code = ExitCode.OUTPUT


class FetchRunning(PapertriageError):
    """Another fetch holds the fetch lock."""

    exit_code = ExitCode.FETCH_RUNNING


class ConfigurationError(PapertriageError):
    """A configuration file, topic file or environment variable is wrong."""

    exit_code = ExitCode.CONFIGURATION


class MailError(PapertriageError):
    """A mail was not sent, or it is unknown whether it was."""


class ScheduleError(PapertriageError):
    """The system's scheduler cannot be used."""


class ModelError(PapertriageError):
    """A model file cannot be read."""

    exit_code = ExitCode.CONFIGURATION


class PromiseError(ModelError):
    """No threshold of a topic reaches the requested precision or recall."""

    exit_code = ExitCode.FAILED


class ClusterError(PapertriageError):
    """A Dask cluster cannot be reached, or cannot do the work."""


class SourceError(PapertriageError):
    """A source's response is not a list of papers."""


class NoAnswer(SourceError):
    """A service cannot be reached, or refuses the request."""


class Offline(NoAnswer):
    """No host of any source can be reached."""

    beginning = "offline: "


# A file that is too large (EFBIG) counts as a full disk.
_OF_DISK = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG))
_ADVICE = {
    errno.EMFILE: ": raise the limit (`ulimit -n`)",
    errno.ENFILE: ": close other programs",
    errno.ENOMEM: ": close other programs",
    errno.ENOSPC: ": free space, then run it again",
    errno.EDQUOT: ": free space, then run it again",
}


def kind_of(error: OSError, otherwise: type[PapertriageError]) -> type[PapertriageError]:
    """Return DiskError if the disk is full or read-only, else the caller's class."""
    return DiskError if error.errno in _OF_DISK else otherwise


def reason_of(error: OSError) -> str:
    """Return the system's reason for an error, as the end of a sentence, and what helps."""
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return reason + _ADVICE.get(error.errno or 0, "")


def refused(error: OSError | MemoryError) -> PapertriageError:
    """Return the error to report for an OSError or MemoryError that nothing else handled."""
    if isinstance(error, MemoryError):
        return PapertriageError("there is not enough memory: close other programs")
    names = [error.filename, error.filename2]
    files = [os.fsdecode(name) for name in names if isinstance(name, str | bytes)]
    return kind_of(error, PapertriageError)(": ".join([*files, reason_of(error)]))
