"""One reader of mails wherever they lie: in the mailbox, in another mail, in an archive."""

from __future__ import annotations

from service.documents.files.signed import content_or_nothing
from service.documents.files.tnef import wrapped_mail
from service.mail.incoming.mime import attached_files
from service.mail.incoming.wrapped import Openers

OPENERS = Openers(signed=content_or_nothing, wrapped=wrapped_mail)


def files_of_mail(content: bytes) -> tuple[tuple[str, bytes], ...]:
    """(name, bytes) of what a mail brings; a function of a module, so that children can be given it."""
    return attached_files(content, OPENERS)
