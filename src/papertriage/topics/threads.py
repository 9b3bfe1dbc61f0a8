"""Limit linear algebra to one thread, so that sums do not depend on the number of cores."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit BLAS and OpenMP to one thread; also a decorator.

    With two, the starter model's weights differed in the fourth decimal from those trained with
    one, and training took nearly twice the CPU time, since waiting threads spin.
    """
    # The limit applies to loaded libraries: numpy's and scipy's OpenBLAS.
    import scipy.linalg  # noqa: F401 - loads both
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

    with threadpool_limits(limits=1), _number_of_threads_said():
        yield


@contextmanager
def _number_of_threads_said() -> Iterator[None]:
    """Keep scikit-learn from counting the machine's cores.

    If counting fails (a container, a minimal system without lscpu), joblib warns with a traceback,
    for a number that is not needed with one thread.
    """
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before
