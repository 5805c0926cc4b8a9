"""Access tokens for a mailbox without a password: kept, renewed in time, and never asked of a person while we run.

NoAccess
├── SignInNeeded          a person must sign in (again): retrying does not help
└── ProviderUnavailable   the provider cannot be reached or is busy: retrying helps
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from service.flow.ports.failures import CannotGoOn
from service.flow.ports.world import Clock
from service.mail.connections.token_store import Grant, TokenStore

log = logging.getLogger(__name__)

RENEW_BEFORE = timedelta(minutes=5)
"""A token must outlive the longest command that begins with it."""

WARN_BEFORE = timedelta(days=7)
WARN_AGAIN_AFTER = timedelta(days=1)


class NoAccess(CannotGoOn):
    """No access token can be had."""

    retry = True


class SignInNeeded(NoAccess):
    """Nobody signed in, or what they were given is no longer taken."""

    retry = False


class ProviderUnavailable(NoAccess):
    """The provider of tokens cannot be reached or refuses us for now."""


class AccessTokens(Protocol):
    """Access tokens of one account."""

    def token(self, *, refused: str = "") -> str:
        """A token that is good for at least five minutes. `refused`: one that the server did not take; never it again.

        Raises NoAccess.
        """
        ...

    def warning(self) -> str:
        """One line when somebody will have to sign in again soon; "" when all is well or nothing is known."""
        ...


class Provider(Protocol):
    """Who gives tokens for an account."""

    @property
    def needs_sign_in(self) -> bool:
        """Whether a person signs in; otherwise the service's own identity suffices."""
        ...

    def renew(self, refresh_token: str) -> Grant:
        """New tokens. Raises NoAccess."""
        ...


class KeptTokens:
    """Adapter of `AccessTokens` with a store; several threads and processes may use the same account."""

    def __init__(self, *, account: str, provider: Provider, store: TokenStore, now: Clock, sign_in: str) -> None:
        """`sign_in`: the command that helps, such as `dondoc sign-in mailbox`."""
        self._account, self._provider, self._store = account, provider, store
        self._now, self._sign_in = now, sign_in
        self._lock = threading.Lock()
        self._grant: Grant | None = None
        self._unstored = False
        self._warned_at: datetime | None = None

    def token(self, *, refused: str = "") -> str:
        with self._lock:
            if self._grant is None or not self._is_good(self._grant, refused):
                self._grant = self._obtained(refused)
            elif self._unstored:
                self._keep(self._grant)
            self._warn()
            return self._grant.access_token

    def keep(self, grant: Grant) -> None:
        """What a person's sign-in gave."""
        with self._lock, self._store.locked(self._account):
            self._store.write(self._account, grant)
            self._grant = grant

    def warning(self) -> str:
        end = self._grant.refresh_expires_at if self._grant else None
        if end is None or end - self._now() > WARN_BEFORE:
            return ""
        return f"{self._account}: the sign-in ends on {end:%Y-%m-%d %H:%M} UTC; run `{self._sign_in}` before"

    def _is_good(self, grant: Grant, refused: str) -> bool:
        return grant.access_token != refused and grant.expires_at - self._now() > RENEW_BEFORE

    def _obtained(self, refused: str) -> Grant:
        try:
            with self._store.locked(self._account):
                return self._shared(refused) or self._renewed()
        except OSError as problem:
            file = self._store.file(self._account)
            raise ProviderUnavailable(f"{file}: {problem}; check the folder's owner and free space") from problem

    def _shared(self, refused: str) -> Grant | None:
        """What another process or a new sign-in has stored meanwhile, when it is good."""
        stored = self._store.read(self._account)
        return stored if stored is not None and self._is_good(stored, refused) else None

    def _renewed(self) -> Grant:
        last = self._last()
        if last is None and self._provider.needs_sign_in:
            raise SignInNeeded(f"{self._account}: nobody has signed in; run `{self._sign_in}`")
        try:
            new = self._provider.renew(last.refresh_token if last else "")
        except SignInNeeded as problem:
            raise SignInNeeded(f"{self._account}: {problem}; run `{self._sign_in}`") from problem
        except NoAccess as problem:
            raise ProviderUnavailable(f"{self._account}: {problem}", wait_seconds=problem.wait_seconds) from problem
        # A provider that does not rotate gives the refresh token once, at the sign-in.
        grant = new if new.refresh_token or last is None else _with_refresh_token_of(last, new)
        self._keep(grant)
        return grant

    def _last(self) -> Grant | None:
        """Where the rotated refresh token is: in memory only when it could not be stored."""
        return self._grant if self._unstored else self._store.read(self._account)

    def _keep(self, grant: Grant) -> None:
        """Stored before it is used. When that fails we go on with it, and try to store it again each time."""
        try:
            self._store.write(self._account, grant)
        except OSError as problem:
            self._unstored = True
            file = self._store.file(self._account)
            log.error("%s: the tokens cannot be stored (%s); make room, or sign in again", file, problem)
        else:
            self._unstored = False

    def _warn(self) -> None:
        """By the log, once a day; `doctor` says the same."""
        warning, now = self.warning(), self._now()
        if warning and (self._warned_at is None or now - self._warned_at >= WARN_AGAIN_AFTER):
            self._warned_at = now
            log.warning("%s", warning)


def _with_refresh_token_of(last: Grant, new: Grant) -> Grant:
    return replace(new, refresh_token=last.refresh_token, refresh_expires_at=last.refresh_expires_at)
