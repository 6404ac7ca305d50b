"""Run the command line, as `cibtools` or `python -m cibtools`."""

import gc
import sys

from cibtools.cli.main import cli


def main() -> None:
    """Run the command that the arguments name, and exit with its status."""
    # A run is short, and what it makes lives until its end: looking for garbage takes a tenth of the time.
    gc.disable()
    try:
        # Completion scripts and messages name the program, however it was started.
        cli(prog_name="cibtools")
    except Exception as bug:
        # Python would end with status 1, which says that something was found in the cluster; a bug is shown in full
        # all the same.
        sys.excepthook(type(bug), bug, bug.__traceback__)
        raise SystemExit(2) from bug


if __name__ == "__main__":
    main()
