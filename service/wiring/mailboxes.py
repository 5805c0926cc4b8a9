"""Builds the mailbox and the sender that the settings name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, assert_never

from service.flow.ports.world import CheckedMailbox, CheckedSender, Folder, SentFolder
from service.mail.connections.tls import Tls
from service.mail.graph.client import GraphClient
from service.mail.graph.mailbox import GraphMailbox
from service.mail.graph.sender import GraphSender, GraphSentFolder
from service.mail.imap.mailbox import ImapMailbox
from service.mail.imap.sent import ImapSentFolder
from service.mail.maildir import MaildirMailbox
from service.mail.smtp import SmtpSender
from service.settings import Settings
from service.settings.exchange import ExchangeSettings
from service.settings.mailboxes import (
    ExchangeMailboxSettings,
    FolderSettings,
    GraphMailboxSettings,
    ImapMailboxSettings,
    MaildirMailboxSettings,
)
from service.settings.sending import SmtpSettings
from service.wiring.signing_in import Side, build_tokens

if TYPE_CHECKING:
    from service.mail.exchange.account import ExchangeAccount
    from service.mail.exchange.mailbox import ExchangeMailbox

Server = TypeVar("Server")


def build_mailbox(settings: Settings) -> CheckedMailbox:
    """The mailbox which the service reads, not connected yet."""
    box = settings.service.mailbox
    match box:
        case ImapMailboxSettings():
            return _imap(settings, box)
        case ExchangeMailboxSettings():
            return _exchange(settings, box)
        case GraphMailboxSettings():
            return GraphMailbox(
                graph_client(settings, "mailbox"), folder=box.folder, folders=_folders(box), poll=box.poll_seconds
            )
        case MaildirMailboxSettings():
            return MaildirMailbox(Path(box.path), folders=_folders(box), look=box.look_seconds)
        case _:
            assert_never(box)


def build_sender(settings: Settings) -> CheckedSender:
    """The server which takes our mails, not connected yet."""
    by = settings.service.sending_by
    match by:
        case "smtp":
            return _smtp(settings, _there(settings.service.smtp))
        case "exchange":
            from service.mail.exchange.sender import ExchangeSender  # noqa: PLC0415  # exchangelib takes 30 MB

            return ExchangeSender(exchange_account(settings, _there(settings.service.exchange)))
        case "graph":
            return GraphSender(graph_client(settings, "sending"))
        case _:
            assert_never(by)


def build_sent_folder(settings: Settings) -> SentFolder | None:
    """The folder in which sent mails lie, where it is configured; not connected yet."""
    box, delivery = settings.service.mailbox, settings.service.delivery
    if settings.service.sending_by == "graph":  # it files what it sends: to be found there is evidence
        return GraphSentFolder(graph_client(settings, "sending"), files_all=delivery.server_files_sent)
    if settings.service.sending_by == "exchange":
        from service.mail.exchange.sent import ExchangeSentFolder  # noqa: PLC0415  # exchangelib takes 30 MB

        account = exchange_account(settings, _there(settings.service.exchange))
        return ExchangeSentFolder(account, files_all=delivery.server_files_sent)
    if not isinstance(box, ImapMailboxSettings) or not delivery.looks_into_sent:
        return None
    return ImapSentFolder(
        **_imap_account(settings, box), sent_folder=delivery.sent_folder, files_all=delivery.server_files_sent
    )


def exchange_account(settings: Settings, server: ExchangeSettings) -> ExchangeAccount:
    """How the mailbox in `[exchange]` is reached."""
    from service.mail.exchange.account import ExchangeAccount, SignIn  # noqa: PLC0415  # exchangelib takes 30 MB

    return ExchangeAccount(
        endpoint=server.endpoint,
        address=server.address,
        sign_in=SignIn(server.sign_in),
        user=server.user,
        secret=settings.password(server.password_env),
        client_id=server.client_id,
        token_url=server.token_url,
        scope=server.scope,
        impersonates=server.access == "impersonation",
        ca_file=_file(server.ca_file),
        timeout=server.timeout_seconds,
    )


def graph_client(settings: Settings, side: Side) -> GraphClient:
    """How the mailbox in `[graph]` is reached."""
    server = _there(settings.service.graph)
    return GraphClient(
        user=server.user,
        tokens=build_tokens(settings, side),
        base_url=server.base_url,
        ca_file=_file(server.ca_file),
        proxy=server.proxy,
        timeout=server.timeout_seconds,
    )


def _imap(settings: Settings, box: ImapMailboxSettings) -> ImapMailbox:
    return ImapMailbox(
        **_imap_account(settings, box),
        folder=box.folder,
        folders=_folders(box),
        renew=box.renew_seconds,
        poll=box.poll_seconds,
    )


def _imap_account(settings: Settings, box: ImapMailboxSettings) -> dict[str, Any]:
    return {
        "host": box.host,
        "port": box.port,
        "user": box.user,
        "password": settings.password(box.password_env),
        "tokens": build_tokens(settings, "mailbox") if box.sign_in == "oauth" else None,
        "tls": Tls(box.tls),
        "ca_file": _file(box.ca_file),
    }


def _exchange(settings: Settings, box: ExchangeMailboxSettings) -> ExchangeMailbox:
    from service.mail.exchange.mailbox import ExchangeMailbox  # noqa: PLC0415  # exchangelib takes 30 MB

    return ExchangeMailbox(
        exchange_account(settings, _there(settings.service.exchange)),
        folder=box.folder,
        folders=_folders(box),
        poll=box.poll_seconds,
    )


def _smtp(settings: Settings, smtp: SmtpSettings) -> SmtpSender:
    return SmtpSender(
        host=smtp.host,
        port=smtp.port,
        tls=Tls(smtp.tls),
        ca_file=_file(smtp.ca_file),
        user=smtp.user or None,
        password=settings.password(smtp.password_env) or None,
        tokens=build_tokens(settings, "sending") if smtp.sign_in == "oauth" else None,
    )


def _folders(box: FolderSettings) -> dict[Folder, str]:
    return {Folder.PROCESSED: box.processed, Folder.REVIEW: box.review, Folder.IGNORED: box.ignored}


def _file(name: str) -> Path | None:
    return Path(name) if name else None


def _there(table: Server | None) -> Server:
    """A table which the settings' own check has made sure of."""
    if table is None:
        raise AssertionError("the settings were not checked")
    return table
