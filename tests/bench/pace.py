"""How fast batches finish, compared with a scheduler that knows the future and polls once per job.

    python tests/bench/pace.py [--seeds 200] [--jobs 25]...          in a simulation
    python tests/bench/pace.py --machines 3 [--speed 10]            several programs with one key, for real
    python tests/bench/pace.py --demo [--speed 10] [--jobs 25]...   against the demo server, for real

The simulation is next to the project, in `../shared/bench/ratesim.py`. A ratio compares with the clairvoyant
one's for the same render times; medians over the seeds are printed. The exit status is 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.downloads.simulation import Asking, Ours  # noqa: E402

RATESIM = ROOT.parent / "shared" / "bench" / "ratesim.py"
JOBS = (1, 5, 25, 100)
# Limits: the total time relative to the clairvoyant one's, and mean per file relative to the adaptive one's.
GOALS = {1: 1.10, 5: 1.10, 25: 1.10, 100: 1.30}
MEAN_GOAL = 1.0


def main() -> int:
    """Measure and print; return whether all goals are met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, action="append")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--median", type=float, default=20.0, help="of the render times, in seconds")
    parser.add_argument("--spread", type=float, default=0.8, help="the deviation of their logarithm")
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times as fast time passes")
    parser.add_argument("--seed", type=int, default=1, help="of the demo's render times")
    parser.add_argument("--machines", type=int, default=0, help="how many programs share one key")
    arguments = parser.parse_args()
    jobs = arguments.jobs or JOBS
    if arguments.machines:
        from tests.bench.parts.pace_machines import measure_machines

        measure_machines(arguments)
        return 0
    if arguments.demo:
        from tests.bench.parts.pace_demo import measure

        return int(bool([count for count in jobs if not measure(count, arguments)]))
    ratesim = load_ratesim()
    if ratesim is None:
        print(f"The simulation is not there: {RATESIM}", file=sys.stderr)
        return 2
    config = ratesim.Cfg(median=arguments.median, sigma=arguments.spread)
    print(f"{arguments.seeds} seeds, renders of {config.median:g} s (median), spread {config.sigma:g}")
    print("jobs  policy                               all done  goal   mean/file  goal  requests/job  429")
    return int(bool([count for count in jobs if not compare(ratesim, count, config, arguments.seeds)]))


def load_ratesim() -> Any:
    """Return the simulation as a module; None if it is missing."""
    if not RATESIM.exists():
        return None
    spec = importlib.util.spec_from_file_location("ratesim", RATESIM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ratesim"] = module
    spec.loader.exec_module(module)
    return module


def compare(ratesim: Any, count: int, config: Any, seeds: int) -> bool:
    """Print a line for each policy; return whether ours meets its goals."""
    policies = (Ours, Asking, ratesim.AdaptiveLearn, ratesim.Clairvoyant)
    runs = {
        policy: [ratesim.simulate(policy, count, config, ratesim.SEED0 + seed) for seed in range(seeds)]
        for policy in policies
    }
    for policy in policies:
        done = ratio(runs[policy], runs[ratesim.Clairvoyant], "makespan")
        mean = ratio(runs[policy], runs[ratesim.AdaptiveLearn], "turnaround")
        refused = sum(run["n429"] for run in runs[policy])
        requests = statistics.fmean(run["total"] for run in runs[policy]) / count
        goals = (f"{GOALS.get(count, 1.3):.2f}", f"{MEAN_GOAL:.2f}") if policy is Ours else ("", "")
        print(
            f"{count:4}  {policy.name:36} {done:6.3f}  {goals[0]:>6}  {mean:8.3f}  {goals[1]:>5}"
            f"  {requests:11.2f}  {refused:4}",
            flush=True,
        )
        if policy is Ours:
            is_met = done <= GOALS.get(count, 1.3) and mean <= MEAN_GOAL and refused == 0
    return is_met


def ratio(runs: Sequence[dict[str, float]], others: Sequence[dict[str, float]], what: str) -> float:
    """Return the larger one of the medians' ratio and the ratios' median."""
    median: Callable[[Any], float] = statistics.median
    of_medians = median(run[what] for run in runs) / median(run[what] for run in others)
    return max(of_medians, median(run[what] / other[what] for run, other in zip(runs, others, strict=True)))


if __name__ == "__main__":
    sys.exit(main())
