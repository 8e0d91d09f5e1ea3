"""`python -m tests.bench [NAME…]`: measure and print a table. Nothing here passes or fails."""

import sys

from tests.bench import listing

BENCHES = {"listing": listing.bench}


def main(names: list[str]) -> int:
    """Run the named benches, all without a name; exits 2 on a name that is none."""
    if unknown := [name for name in names if name not in BENCHES]:
        print(f"There is no bench {unknown[0]}. There are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    print("| what | measured | how |\n|---|---|---|")
    for name in names or BENCHES:
        for row in BENCHES[name]():
            print("| " + " | ".join(row) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
