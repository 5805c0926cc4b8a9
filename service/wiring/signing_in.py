"""Builds the access tokens which the settings name, and leads a person through a sign-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from service.mail.connections.oauth import KeptTokens
from service.mail.connections.oauth_endpoint import GOOGLE_AUTHORIZATION, GOOGLE_MAIL, GOOGLE_TOKEN, TokenEndpoint
from service.mail.connections.oauth_loopback import sign_in_by_browser
from service.mail.connections.oauth_microsoft import AUTHORITY, MicrosoftProvider
from service.mail.connections.token_store import TokenStore
from service.mail.connections.web import web_session
from service.settings import SERVICE_FILE, SettingRefused, Settings
from service.settings.mailboxes import ImapMailboxSettings
from service.settings.oauth import OAuthSettings

Side = Literal["mailbox", "sending"]
Access = Literal["graph", "mail"]
"""Graph, or IMAP and SMTP: a token for the one is not taken by the other."""

MICROSOFT_SCOPES: dict[tuple[Access, str], tuple[str, ...]] = {
    ("graph", "person"): ("https://graph.microsoft.com/Mail.ReadWrite", "https://graph.microsoft.com/Mail.Send"),
    ("graph", "application"): ("https://graph.microsoft.com/.default",),
    ("mail", "person"): (
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "https://outlook.office.com/SMTP.Send",
    ),
    ("mail", "application"): ("https://outlook.office365.com/.default",),
}


def build_tokens(settings: Settings, side: Side) -> KeptTokens:
    """The tokens of the mailbox or of sending; both use the same ones where the same access suffices."""
    oauth, user, access = _registration(settings), _user(settings, side), _access(settings, side)
    return KeptTokens(
        account=f"{oauth.provider}-{access}-{user}",
        provider=_provider(settings, oauth, access),
        store=TokenStore(settings.state / "tokens"),
        now=_now,
        sign_in=f"dondoc sign-in {side}",
    )


def sign_in(settings: Settings, side: Side, show: Callable[[str], None]) -> str:
    """Leads a person through the sign-in, keeps what it gave, and says in one line for whom. Raises NoAccess."""
    oauth, user, access = _registration(settings), _user(settings, side), _access(settings, side)
    provider = _provider(settings, oauth, access)
    tokens = build_tokens(settings, side)
    if not provider.needs_sign_in:
        tokens.token()
        return f"{user}: the service signs in as itself, and the provider takes it; nobody needs to sign in"
    if isinstance(provider, MicrosoftProvider):
        grant = provider.sign_in(show)
    else:
        grant = sign_in_by_browser(
            provider,
            authorization_url=oauth.authorization_url or GOOGLE_AUTHORIZATION,
            client_id=oauth.client_id,
            scopes=provider.scopes,
            user=user,
            show=lambda address: show(f"Open this address in a browser on this machine: {address}"),
            # Without these Google gives no refresh token, or only at the very first sign-in.
            extra={"access_type": "offline", "prompt": "consent"} if oauth.provider == "google" else None,
        )
    tokens.keep(grant)
    return f"{user}: signed in; the tokens lie in {settings.state / 'tokens'} and are renewed by themselves"


def _now() -> datetime:
    """The real time even where `--now` gives another: it is the provider's clock that counts."""
    return datetime.now(UTC)


def _registration(settings: Settings) -> OAuthSettings:
    if settings.service.oauth is None:
        file = settings.folder / SERVICE_FILE
        raise SettingRefused(file, "oauth", "", "add the table [oauth]; the sample configuration explains it")
    return settings.service.oauth


def _access(settings: Settings, side: Side) -> Access:
    service = settings.service
    return "graph" if "graph" in (service.mailbox.kind if side == "mailbox" else service.sending_by,) else "mail"


def _user(settings: Settings, side: Side) -> str:
    service = settings.service
    if _access(settings, side) == "graph" and service.graph is not None:
        return service.graph.user
    mailbox = service.mailbox
    if side == "mailbox" and isinstance(mailbox, ImapMailboxSettings) and mailbox.sign_in == "oauth":
        return mailbox.user
    if side == "sending" and service.sending_by == "smtp" and service.smtp and service.smtp.sign_in == "oauth":
        return service.smtp.user
    raise SettingRefused(settings.folder / SERVICE_FILE, side, "", 'nothing to sign in to; set sign_in = "oauth" there')


def _provider(settings: Settings, oauth: OAuthSettings, access: Access) -> MicrosoftProvider | TokenEndpoint:
    session = web_session(Path(oauth.ca_file) if oauth.ca_file else None, proxy=oauth.proxy)
    secret = settings.password(oauth.client_secret_env)
    if oauth.provider == "microsoft":
        return MicrosoftProvider(
            tenant=oauth.tenant,
            client_id=oauth.client_id,
            client_secret=secret,
            scopes=oauth.scopes or MICROSOFT_SCOPES[access, oauth.sign_in],
            application=oauth.sign_in == "application",
            authority=oauth.authority or AUTHORITY,
            session=session,
            now=_now,
        )
    return TokenEndpoint(
        token_url=oauth.token_url or GOOGLE_TOKEN,
        client_id=oauth.client_id,
        client_secret=secret,
        scopes=oauth.scopes or ((GOOGLE_MAIL,) if oauth.provider == "google" else ()),
        application=oauth.sign_in == "application",
        session=session,
        now=_now,
    )
