from __future__ import annotations

import subprocess
import sys

from papertriage.topics.threads import one_thread

SCRIPT = """
import sys
from papertriage.topics.threads import one_thread

def threads():
    from threadpoolctl import threadpool_info
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

assert "numpy" not in sys.modules
print(one_thread()(threads)(), threads())
"""


def test_linear_algebra_has_one_thread_inside_and_what_it_had_outside():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    inside, outside = done.stdout.strip().split("} {")
    # A machine with one core gives no second thread, whatever is asked.
    assert inside == "{1"
    assert outside in ("2}", "1}")


def test_it_can_be_used_again_and_again():
    @one_thread()
    def twice(number: int) -> int:
        return 2 * number

    assert [twice(1), twice(2)] == [2, 4]
