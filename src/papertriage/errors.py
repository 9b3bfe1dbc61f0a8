"""Name every way papertriage can fail, each with its exit code."""

from __future__ import annotations


class ExitCode:
    """Exit codes, as docs/cli.md lists them; an IntEnum of them took every start 0.6 ms of CPU."""

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
    """One line for the reader: what failed, which thing, what to do next."""

    exit_code = ExitCode.FAILED


class InputError(PapertriageError):
    """What was typed or piped in cannot be used."""

    exit_code = ExitCode.USAGE


class NothingToShow(PapertriageError):
    """The listing is empty and --fail-if-empty was given."""

    exit_code = ExitCode.NOTHING_TO_SHOW


class CacheBusy(PapertriageError):
    """Another process holds the cache for longer than we wait."""

    exit_code = ExitCode.CACHE_BUSY


class CacheUnusable(PapertriageError):
    """The cache is damaged, foreign, or from a newer version."""

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
    """A mail was not sent, or nobody knows whether it was."""


class ScheduleError(PapertriageError):
    """The system's scheduler cannot be used."""


class ModelError(PapertriageError):
    """A model file cannot be read."""

    exit_code = ExitCode.CONFIGURATION


class ClusterError(PapertriageError):
    """A Dask cluster cannot be reached, or cannot do the work."""


class SourceError(PapertriageError):
    """A source answered with something that is not papers."""
