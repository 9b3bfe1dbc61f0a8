"""Run a plan in this process, file by file."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from papertriage.bulk.plan import FilePlan
from papertriage.bulk.scoring import Advance, TagCounts, join_parts, score_part
from papertriage.errors import DiskError, InputError

_DISK = frozenset((errno.ENOSPC, errno.EROFS, errno.EDQUOT))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file was not tagged, in one line."""

    reason: str


Outcome = TagCounts | Fault


def run_here(plans: Iterable[FilePlan], advance: Advance) -> Iterator[tuple[FilePlan, Outcome]]:
    """Score the missing parts and join them; a fault in a file does not affect other files.

    Raises DiskError if the disk is full or read-only, as the next file would fail as well.
    """
    for plan in plans:
        try:
            seconds = sum(score_part(part, advance).seconds for part in plan.missing)
            joined = join_parts(plan)
            yield plan, replace(joined, seconds=joined.seconds + seconds)
        except InputError as error:
            yield plan, Fault(str(error))
        except OSError as error:
            if error.errno in _DISK:
                msg = f"cannot write {plan.target}: {system_message(error)}"
                raise DiskError(msg) from error
            yield plan, Fault(system_message(error))


def system_message(error: OSError) -> str:
    """Return the system's message without pyarrow's additions."""
    return (os.strerror(error.errno) if error.errno else str(error)).lower()
