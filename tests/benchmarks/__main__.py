"""`make bench`: figures beside a peer in the same run. Arguments: names of benchmarks; all by default."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks import drain, large_rosters, latency, pages, rosters, start, steady

BENCHMARKS: dict[str, Callable[[], None]] = {
    "start": start.run,
    "latency": latency.run,
    "steady": steady.run,
    "rosters": rosters.run,
    "large_rosters": large_rosters.run,
    "drain": drain.run,
    "pages": pages.run,
}


def main() -> None:
    """Runs what was asked for."""
    for name in sys.argv[1:] or BENCHMARKS:
        print(f"== {name}", flush=True)
        BENCHMARKS[name]()


if __name__ == "__main__":  # spawned children import this module again
    main()
