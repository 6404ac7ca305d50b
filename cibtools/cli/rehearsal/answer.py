"""Answer the stand-ins: one command after the other is carried out on the model."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from typing import BinaryIO

from cibtools.cli.rehearsal.stage import STAND_INS, Stage
from cibtools.errors import PlanError
from cibtools.rehearsal.call import Call, Reply
from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.tools.options import UnknownOptionError


class Answerer:
    """Listens on the socket of a stage as long as the rehearsal lasts."""

    def __init__(self, stage: Stage, reaction: Reaction) -> None:
        self.stage = stage
        self.reaction = reaction
        self.failures: list[str] = []
        """What no tool of the release would have taken, and what the model could not do."""
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(stage.socket))
        self._door.listen(8)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._door.accept()
            except OSError:
                return
            with link, link.makefile("rwb") as file:
                self._answer(file)  # type: ignore[arg-type]

    def _answer(self, file: BinaryIO) -> None:
        asked = json.loads(file.readline())
        reply = self._reply(asked["node"], asked["name"], tuple(asked["words"]), asked["stdin"], asked["cwd"])
        for name, node in self.reaction.world.nodes.items():
            self.stage.log(name, node.log)
        said = self.stage.moved(asked["node"], reply.stdout)
        file.write(json.dumps({"stdout": said, "stderr": reply.stderr, "status": reply.status}).encode())
        file.write(b"\n")
        file.flush()

    def _reply(self, node: str, name: str, words: tuple[str, ...], stdin: str, cwd: str) -> Reply:
        call = Call(self.reaction, node, name, words, stdin, lambda path: Path(cwd, path).read_bytes())
        try:
            return STAND_INS[name](call)
        except UnknownOptionError as error:
            self.failures.append(f"{node}: {name} {' '.join(words)}: {call.world.release} has no option {error}")
            return Reply(stderr=f"{name}: invalid option {error}\n", status=1)
        except PlanError as error:
            self.failures.append(f"{node}: {name} {' '.join(words)}: {error}")
            return Reply(stderr=f"{name}: {error}\n", status=1)
