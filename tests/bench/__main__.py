"""`python -m tests.bench NAME…`: measure and print a table. Nothing here passes or fails.

Without a name it says which benches there are.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench import (
    comparison,
    dataset,
    feature_pass,
    first_run,
    growth,
    listing,
    load,
    precision,
    predict,
    run_statistics,
    server,
    soak,
    study,
)
from tests.bench.conditions import Conditions, Row

BENCHES: dict[str, tuple[Callable[[Conditions], Iterable[Row]], str]] = {
    "study": (study.bench, "the report's eight runs: plain script, tuned script, ours; about 30 minutes"),
    "first": (first_run.bench, "a first frozen run of three epochs against the plain script; 4 minutes"),
    "pass": (feature_pass.bench, "the feature pass and block 5 against the bare network; 2 minutes"),
    "growth": (growth.bench, "memory and cost an image at 1,000 and 24,000 images; some minutes"),
    "precision": (precision.bench, "float32 against bfloat16: accuracies, paired; some minutes"),
    "predict": (predict.bench, "a photo to its answer, twenty photos, heat map, first answer; four minutes"),
    "dataset": (dataset.bench, "the Dataset page with 30,000 images: paint, filters, memory; two minutes"),
    "listing": (listing.bench, "list 10,000 runs; a minute"),
    "run-statistics": (run_statistics.bench, "all figures of one run's page, and its slices; seconds"),
    "statistics": (comparison.bench, "intervals by person and paired comparisons; seconds"),
    "server": (server.bench, "the pages in Chromium: cold start, reruns, polling, first answer; six minutes"),
    "load": (load.bench, "fifty visitors at once, then a hundred at the caps; five minutes"),
    "soak": (soak.bench, "five visitors at a time: memory, threads and files stay flat; twenty minutes"),
}


def main(words: list[str]) -> int:
    """Run the named benches; exits 2 on a name that is none."""
    options = _parser().parse_args(words)
    if unknown := [name for name in options.names if name not in BENCHES]:
        print(f"There is no bench {unknown[0]}. There are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    if not options.names:
        print("\n".join(f"{name:12} {what}" for name, (_, what) in BENCHES.items()))
        return 0
    given = {key: value for key, value in vars(options).items() if key != "names"}
    conditions = Conditions(**{**given, "only": tuple(options.only)})
    for name in options.names:
        print_table(name, BENCHES[name][0](conditions), conditions)
    return 0


def print_table(name: str, rows: Iterable[Row], conditions: Conditions) -> None:
    """A Markdown table, ready for docs/performance.md."""
    print(f"\n{name}: {conditions.told()}\n\n| what | measured | wanted | how |\n|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument(
        "--data", default="sample", metavar="DIR", help="folder of faces; default: drawn ones"
    )
    parser.add_argument(
        "--weights", default="random", metavar="FILE", help="random (default), imagenet, a file"
    )
    parser.add_argument("--images", type=int, default=2000, help="of all splits together (default 2000)")
    parser.add_argument("--image-size", type=int, default=224, help="pixels (default 224)")
    parser.add_argument("--epochs", type=int, default=3, help="for which the scripts are timed (default 3)")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="keep what was measured; it is not repeated"
    )
    parser.add_argument("--minutes", type=float, help="that the load or the soak lasts; default: its own")
    parser.add_argument(
        "--mode", choices=("demo", "local"), default="demo", help="of the server under load (default demo)"
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="PIECE", help="measure these pieces alone")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
