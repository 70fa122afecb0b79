"""What becomes of the ring lab's presets: each trained with several seeds by Node, on the page's own code.

Prints, for each preset and seed, how many of the eight clusters are covered at a third, two thirds and the end, and
the share of points near one at the end. Exits 1 where the collapse keeps more than four clusters, or the cure fewer
than eight, with any seed.
"""

import json
import subprocess
import sys
from pathlib import Path

CODE = Path(__file__).resolve().parents[1] / "site" / "play" / "ring-gan.js"
STEPS = 1_200
SEEDS = 3
PROGRAM = """
import { PRESETS, RingGan, modeCoverage } from %s;
const [steps, seeds] = %s;
for (const [name, settings] of Object.entries(PRESETS))
  for (let seed = 0; seed < seeds; seed++) {
    const gan = new RingGan(settings, seed);
    const modes = [];
    let share;
    while (gan.steps < steps) {
      gan.step();
      if (gan.steps %% (steps / 3) === 0) {
        const seen = modeCoverage(gan.generated(1000));
        modes.push(seen.modes);
        share = seen.share;
      }
    }
    console.log(JSON.stringify({ name, seed, modes, share }));
  }
"""


def main() -> int:
    """Run and print everything; returns the exit status."""
    program = PROGRAM % (json.dumps(CODE.as_uri()), json.dumps([STEPS, SEEDS]))
    print(
        f"after {STEPS:,} steps, {SEEDS} seeds: clusters covered on the way, and points near one at the end", flush=True
    )
    runs = []
    with subprocess.Popen(["node", "--input-type=module", "--eval", program], stdout=subprocess.PIPE) as node:
        for line in node.stdout:
            runs.append(run := json.loads(line))
            print(f"{run['name']}, seed {run['seed']}: {run['modes']} of 8, {run['share']:.0%}", flush=True)
    if node.returncode:
        return node.returncode
    ends = {name: [run["modes"][-1] for run in runs if run["name"] == name] for name in ("collapse", "cure")}
    return 0 if max(ends["collapse"]) <= 4 and min(ends["cure"]) == 8 else 1


if __name__ == "__main__":
    sys.exit(main())
