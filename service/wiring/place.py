"""Which state folder this is: the same after a restart or a move, another one when it is a copy."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

NAME = "place.json"
MACHINE = Path("/etc/machine-id")


def place_of(state: Path) -> str:
    """Twelve hexadecimal digits. A copy gets its own: neither its file nor its path on this machine is the first's."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = state / NAME
    written = known_place(state)
    if written:
        return written
    with file.open("w", encoding="ascii") as out:
        identity = secrets.token_hex(6)
        json.dump({"id": identity, **_whereabouts(file)}, out)
    return identity


def known_place(state: Path) -> str:
    """The same, for whoever only looks; empty where no service has run on this folder, or on another copy of it."""
    file = state / NAME
    try:
        said = json.loads(file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return ""
    here = _whereabouts(file)
    moved = said.get("file") == here["file"]
    restored = bool(here["machine"]) and (said.get("machine"), said.get("path")) == (here["machine"], here["path"])
    return str(said.get("id", "")) if moved or restored else ""


def _whereabouts(file: Path) -> dict[str, str]:
    machine = MACHINE.read_text(encoding="ascii").strip() if MACHINE.is_file() else ""
    return {"file": str(file.stat().st_ino), "machine": machine, "path": str(file.resolve())}
