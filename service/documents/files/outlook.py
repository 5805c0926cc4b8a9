"""Files inside messages that Outlook saved (`.msg`, [MS-OXMSG])."""

from __future__ import annotations

from collections.abc import Iterator

from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.files.compound import CompoundFile, EntryPath

_ATTACHMENT = "__attach_version1.0_"
_LONG_NAME = "__substg1.0_3707"
_SHORT_NAME = "__substg1.0_3704"
_DATA = "__substg1.0_37010102"
_FORWARDED = "__substg1.0_3701000D"
_UNICODE = "001F"

_DEEPEST = 5


def message_files(content: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the attachments of a saved Outlook message, those of forwarded messages included."""
    container = CompoundFile(content)
    yield from _message_files(container, (), _DEEPEST)


def _message_files(container: CompoundFile, message: EntryPath, depth: int) -> Iterator[tuple[str, bytes]]:
    if not depth:
        raise UnreadableFile(Problem.TOO_MANY, "messages in messages")
    for name in sorted(name for name in container.names(message) if name.startswith(_ATTACHMENT)):
        attachment = (*message, name)
        parts = container.names(attachment)
        if _DATA in parts:
            yield _message_file_name(container, attachment), container.read((*attachment, _DATA))
        elif _FORWARDED in parts:
            yield from _message_files(container, (*attachment, _FORWARDED), depth - 1)


def _message_file_name(container: CompoundFile, attachment: EntryPath) -> str:
    parts = container.names(attachment)
    for beginning in (_LONG_NAME, _SHORT_NAME):
        for kind, encoding in ((_UNICODE, "utf-16-le"), ("001E", "cp1258")):
            if beginning + kind in parts:
                return container.read((*attachment, beginning + kind)).decode(encoding, "replace").rstrip("\x00")
    return "attachment"
