"""Run the command line, as `cibtools` or `python -m cibtools`."""

import gc
import signal
import sys

from cibtools.cli import interrupt


def main() -> None:
    """Run the command that the arguments name, and exit with its status."""
    try:
        interrupt.install()
        # Whoever changes his mind at once does so while Click is still being imported.
        from cibtools.cli.border import border, open_missing_streams
        from cibtools.cli.main import cli

        # A run is short, and what it makes lives until its end: looking for garbage takes a tenth of the time.
        gc.disable()
        with border():
            open_missing_streams()
            # Completion scripts and messages name the program, however it was started.
            cli(prog_name="cibtools")
    except (KeyboardInterrupt, interrupt.Interrupted):
        sys.exit(130)
    finally:
        # The status is known: a second Ctrl-C shall not turn the end into a traceback.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    main()
