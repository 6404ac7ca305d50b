"""What a stand-in on the path does: hand its words to the model, print what comes back.

It is started once for each command that a runbook types, so it imports next to nothing.
"""

import json
import os
import socket
import sys
from pathlib import Path

TELLS_STDIN = ("-p", "--xml-pipe")
"""Options with which a tool reads standard input."""


def main() -> int:
    """Ask the model, and return the exit status of the tool."""
    name, *words = sys.argv[1:]
    stdin = sys.stdin.read() if set(words) & set(TELLS_STDIN) else ""
    asked = {"node": os.environ["REHEARSAL_NODE"], "name": name, "words": words, "stdin": stdin, "cwd": str(Path.cwd())}
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(os.environ["REHEARSAL_SOCKET"])
        link.sendall(json.dumps(asked).encode() + b"\n")
        answer = json.loads(link.makefile("rb").readline())
    sys.stdout.write(answer["stdout"])
    sys.stderr.write(answer["stderr"])
    return int(answer["status"])


if __name__ == "__main__":
    sys.exit(main())
