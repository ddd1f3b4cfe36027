"""`make bench`: every benchmark in turn, each beside its limit and its peers in one run.

    make bench                         all of them
    make bench ARGS="ledger"           one of them; more arguments go to it:  ARGS="redemption --rounds 5"

Each benchmark is a module here with a `main()`; it prints its table and its goals and ends with 1 when a goal of
proof.md does not hold. `CARENET_TEST_SUPERUSER_URL` names the PostgreSQL to measure on (durable, nobody else on it).
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

# In this order; a module that is not there (yet) is left out and said so.
BENCHMARKS = {
    "ledger": "posting beside TPC-B: function, service call, roster",
    "redemption": "GOAL A: redeeming points beside TPC-B, ORM and django-hordak",
    "statement": "a page of a statement over a million postings, beside a sum and a window over all",
    "matching": "GOAL B: nearest helper beside a primary-key lookup and brute force",
    "reminders": "GOAL C: reminders beside a plain insert",
    "search": "GOAL D: registry list and search over a million elders",
    "isolation": "what row security costs on a page",
}
ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    """Run the named benchmarks (all without a name); the number of those whose goals do not hold."""
    names = [each for each in arguments if each in BENCHMARKS]
    rest = [each for each in arguments if each not in BENCHMARKS]
    failed, left_out = [], []
    for name in names or BENCHMARKS:
        if importlib.util.find_spec(f"benchmarks.{name}") is None:
            left_out.append(name)
            continue
        print(f"\n=== {name}: {BENCHMARKS[name]}\n", flush=True)
        more = rest if len(names) == 1 else []
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *more], cwd=ROOT, check=False)
        if done.returncode:
            failed.append(name)
    if left_out:
        print(f"\nnot there: {', '.join(left_out)}")
    print(f"\n{'GOALS NOT HELD: ' + ', '.join(failed) if failed else 'all goals hold'}")
    return min(len(failed), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
