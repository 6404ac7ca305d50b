"""Answer the stand-ins: one command after the other is carried out on the model."""

from __future__ import annotations

import secrets
import socket
import threading
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from cibtools.cli.rehearsal.display import Display
from cibtools.cli.rehearsal.stage import STAND_INS, Stage
from cibtools.cluster.scheduler import parse_answer
from cibtools.errors import PlanError
from cibtools.rehearsal.call import Call, Reply
from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.tools import cib, crm, host, storage
from cibtools.rehearsal.tools.options import UnknownOptionError

CHANGED = "rehearsal-changed"
"""How the line begins that tells of a change."""


class Answerer:
    """Listens for the stand-ins of a stage as long as the rehearsal lasts."""

    def __init__(self, stage: Stage, reaction: Reaction) -> None:
        self.stage = stage
        self.reaction = reaction
        self.failures: list[str] = []
        """What no tool of the release would have taken, and what the model could not do."""
        self.watches = False
        """True while each change is to be told in the shell that makes it."""
        self.display = Display(stage)
        self.display.update(reaction.world)
        self._token = secrets.token_hex(16)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.variables = {"REHEARSAL_PORT": str(self._door.getsockname()[1]), "REHEARSAL_TOKEN": self._token}
        """What a shell needs to reach it; without the token nobody else on the machine can."""
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
        token, node, name, folder, cib_file, stdin, count = (_word(file) for _ in range(7))
        if not secrets.compare_digest(token, self._token):
            return
        words = tuple(_word(file) for _ in range(int(count)))
        if name in storage.TOOLS:
            # They name devices, not files.
            words = tuple(map(self.stage.told, words))
        before = self.reaction.world.fingerprint() if self.watches else b""
        reply = self._reply(node, name, words, stdin, folder, cib_file)
        changed = self.watches and self.reaction.world.fingerprint() != before and name != "rehearsal-clock"
        did = f"{CHANGED} {node}: {name} {' '.join(words)}" if changed else ""
        self.display.update(self.reaction.world)
        # A command may look for a path in what a tool of the host shows.
        said = self.stage.rooted(node, reply.stdout) if name in host.TOOLS else reply.stdout
        head = f"{reply.status}\0{reply.stderr}\0{'yes' if said else ''}\0{did}\0"
        try:
            file.write((head + said).encode())
            file.flush()
        except (BrokenPipeError, ConnectionResetError):
            return  # whoever asked has read enough

    def _reply(self, node: str, name: str, words: tuple[str, ...], stdin: str, folder: str, cib_file: str) -> Reply:
        reaction = self.reaction
        path = Path(folder, cib_file) if cib_file else None
        shadow = path.name.partition(f"{Path(cib.SHADOWS).name}.")[2] if path else ""
        try:
            if name == "crm_shadow" or name not in {**cib.TOOLS, **crm.TOOLS}:
                path = None  # it works on the cluster itself, or on the host
            elif path is not None:
                found = parse_answer(self.stage.read(path))
                reaction = reaction.shadow(found) if shadow else reaction.aside(found)
            call = Call(reaction, node, name, words, stdin, lambda one: self.stage.read(Path(folder, one)), shadow)
            reply = STAND_INS[name](call)
            if path is not None:
                self.stage.keep(path, etree.tostring(reaction.world.cib))
        except UnknownOptionError as error:
            release = self.reaction.world.nodes[node].release
            self.failures.append(f"{node}: {name} {' '.join(words)}: {release} has no option {error}")
            return Reply(stderr=f"{name}: invalid option {error}\n", status=1)
        except (PlanError, OSError, etree.XMLSyntaxError) as error:
            self.failures.append(f"{node}: {name} {' '.join(words)}: {error}")
            return Reply(stderr=f"{name}: {error}\n", status=1)
        return reply


def _word(file: BinaryIO) -> str:
    """Read up to the next NUL."""
    found = bytearray()
    while (byte := file.read(1)) not in (b"", b"\0"):
        found += byte
    return found.decode("utf-8", "replace")
