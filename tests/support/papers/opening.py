"""Attachments opened as the service opens them: mails inside are read by the reader of mails."""

from __future__ import annotations

from service.core.campaigns import FormLayout
from service.core.papers import Paper
from service.documents.common.attachment_limits import Limits
from service.documents.open_attachment import open_paper
from service.wiring.mail_openers import files_of_mail


def opened_paper(
    name: str, content: bytes, media_type: str, layout: FormLayout | None, limits: Limits
) -> tuple[Paper, ...]:
    """The attachment and everything inside it."""
    return open_paper(name, content, media_type, layout, limits, read_attachments=files_of_mail)
