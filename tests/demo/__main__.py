"""`make demo`: the main job, end to end, on a Zoho sandbox. Ends by itself."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from demo.play import FIRST_ACT, SECOND_ACT, stop
from demo.stage import CommandFailed, stage


def main() -> None:
    """Play both acts."""
    with stage() as on:
        for step in (*FIRST_ACT, *SECOND_ACT, stop):
            step(on)
    print("\nThat was contactd. Read on in README.md.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("\nStopped; everything that was started is gone.")
        sys.exit(130)
    except CommandFailed as failed:
        print(f"\nThe demo cannot go on: {failed}")
        sys.exit(1)
