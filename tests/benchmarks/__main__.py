"""`make bench`: figures beside a peer in the same run. Arguments: names of benchmarks; all by default."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks import drain, latency, rosters, steady

BENCHMARKS: dict[str, Callable[[], None]] = {
    "latency": latency.run,
    "steady": steady.run,
    "rosters": rosters.run,
    "drain": drain.run,
}


def main() -> None:
    """Runs what was asked for."""
    for name in sys.argv[1:] or BENCHMARKS:
        print(f"== {name}", flush=True)
        BENCHMARKS[name]()


if __name__ == "__main__":  # spawned children import this module again
    main()
