"""Signing in at a mail server with an access token: what is said, and how often it is tried.

XOAUTH2 is Google's and Microsoft's own form, OAUTHBEARER the standard one (RFC 7628); both carry the same token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TypeVar

from service.mail.connections.oauth import AccessTokens

Result = TypeVar("Result")


class Mechanism(StrEnum):
    """How the token is wrapped."""

    XOAUTH2 = "XOAUTH2"
    OAUTHBEARER = "OAUTHBEARER"


def mechanism_among(offered: Iterable[str]) -> Mechanism:
    """XOAUTH2 unless the server offers only the standard form."""
    names = {name.upper() for name in offered}
    only_standard = Mechanism.OAUTHBEARER in names and Mechanism.XOAUTH2 not in names
    return Mechanism.OAUTHBEARER if only_standard else Mechanism.XOAUTH2


class BearerDialogue:
    """Our side of the dialogue: the token first; when the server explains a refusal, the answer that ends it."""

    def __init__(self, mechanism: Mechanism, *, user: str, token: str) -> None:
        self._mechanism, self._user, self._token = mechanism, user, token
        self._said = False

    def __call__(self, _challenge: bytes | None = None) -> str:
        if self._said:
            return "\x01" if self._mechanism is Mechanism.OAUTHBEARER else ""
        self._said = True
        if self._mechanism is Mechanism.OAUTHBEARER:
            name = self._user.replace("=", "=3D").replace(",", "=2C")
            return f"n,a={name},\x01auth=Bearer {self._token}\x01\x01"
        return f"user={self._user}\x01auth=Bearer {self._token}\x01\x01"


def with_token(tokens: AccessTokens, sign_in: Callable[[str], Result], refused_as: type[Exception]) -> Result:
    """Signs in; when the server refuses the token (revoked, or its clock runs ahead), once more with a new one."""
    token = tokens.token()
    try:
        return sign_in(token)
    except refused_as:
        return sign_in(tokens.token(refused=token))
