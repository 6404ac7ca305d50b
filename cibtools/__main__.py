"""Run the command line, as `cibtools` or `python -m cibtools`."""

from cibtools.cli.main import cli


def main() -> None:
    """Run the command that the arguments name, and exit with its status."""
    # Completion scripts and messages name the program, however it was started.
    cli(prog_name="cibtools")


if __name__ == "__main__":
    main()
