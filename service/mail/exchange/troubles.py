"""What went wrong at an Exchange server: in one line with the remedy, and whether a mail may have gone out."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from typing import Any

from exchangelib import errors
from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]  # published without types
from requests import RequestException
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from service.mail.connections.troubles import CONNECTION_REMEDIES, Remedies, with_remedy


class AnswerLost(errors.TransportError):  # type: ignore[misc]  # exchangelib has no types
    """The request went out, and what became of it is not known."""


class TooBig(errors.TransportError):  # type: ignore[misc]  # exchangelib has no types
    """The mail is larger than the server takes."""


FAILURES = (errors.EWSError, RequestException, OAuth2Error, OSError, ValueError, LookupError, AttributeError)
"""exchangelib answers a confused server with ValueError, KeyError or AttributeError as well."""

GONE = (
    errors.ErrorItemNotFound,
    errors.ErrorInvalidIdMalformed,
    errors.ErrorInvalidId,
    errors.ErrorMessageTrackingNoSuchDomain,
)
"""The mail is no longer where it was."""

FOLDER_GONE = (errors.ErrorFolderNotFound, errors.ErrorToFolderNotFound, errors.ErrorParentFolderNotFound)

FOLDER_LOST = (*FOLDER_GONE, *GONE, errors.ErrorSyncFolderNotFound, AttributeError)
"""What a server says when the folder that we look at is gone; AttributeError, when it says it in a way of its own."""

UNREADABLE = (
    errors.ErrorContentConversionFailed,
    errors.ErrorMimeContentConversionFailed,
    errors.ErrorMimeContentInvalid,
    errors.ErrorCorruptData,
    errors.ErrorItemCorrupt,
    errors.ErrorMessageSizeExceeded,
    errors.ErrorDataSizeLimitExceeded,
)
"""The server cannot give this one mail as MIME; the others are well."""

REFUSALS = (
    TooBig,
    errors.ErrorInvalidRecipients,
    errors.ErrorMissingRecipients,
    errors.ErrorMessageSizeExceeded,
    errors.ErrorMimeContentInvalid,
    errors.ErrorMimeContentInvalidBase64String,
    errors.ErrorContentConversionFailed,
    errors.ErrorMimeContentConversionFailed,
)
"""This mail's fate: it will be refused again, however often it is tried."""

ANSWERED = (
    errors.ResponseMessageError,
    errors.UnauthorizedError,
    errors.RedirectError,
    errors.RateLimitError,
    errors.CASError,
    OAuth2Error,
)
"""The server said no, and said it in its own words: nothing went out."""

NEVER_WRITTEN = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)
"""No connection came about."""

REMEDIES: Remedies = (
    (errors.UnauthorizedError, "check user name, password and `sign_in` (basic, ntlm or oauth)"),
    (OAuth2Error, "check `client_id`, its secret, `token_url` and `scope`"),
    (errors.ErrorNonExistentMailbox, "check `address`: the server knows no such mailbox"),
    (errors.ErrorAccessDenied, "give this account access to the mailbox, or check `access`"),
    (errors.ErrorImpersonateUserDenied, "give this account the role ApplicationImpersonation for the mailbox"),
    (errors.ErrorSendAsDenied, "check that this account may send as that address"),
    (errors.ErrorQuotaExceeded, "make room in the mailbox"),
    (TooBig, "raise the server's limit for EWS requests (maxAllowedContentLength)"),
    (errors.RedirectError, "check `endpoint`: the server points elsewhere"),
    *CONNECTION_REMEDIES,
    (errors.MalformedResponseError, "check `endpoint`: what answers there is not EWS"),
    (errors.SOAPError, "check `endpoint`: what answers there is not EWS"),
)

KNOWN = tuple(kind for kind, _ in REMEDIES)


def all_of(results: Iterable[Any]) -> list[Any]:
    """The results of a request; exchangelib gives some refusals as values instead of raising them."""
    collected = list(results)
    for each in collected:
        if isinstance(each, Exception):
            raise each
    return collected


def only(results: Iterable[Any]) -> Any:
    """The one result of a request for one thing."""
    return next(iter(all_of(results)), None)


def trouble(problem: BaseException) -> str:
    """What was said and what to do about it. The cause may lie deep in what exchangelib wraps around it."""
    chain = tuple(causes(problem))
    # What exchangelib raises anew ("Reraised from ConnectionError(…)") hides the plain words of the cause.
    plain = chain[-1] if isinstance(problem, errors.ErrorTimeoutExpired) else problem
    root = next((each for each in chain if isinstance(each, KNOWN)), plain)
    kind = type(root).__name__
    return with_remedy(root, f"{kind}: {root}" if kind.startswith("Error") else str(root), REMEDIES)


def causes(problem: BaseException) -> Iterator[BaseException]:
    """The problem and all that it was raised from or carries inside, each once."""
    waiting: list[object] = [problem]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]


def pause_asked_for(problem: BaseException, otherwise: float) -> float | None:
    """Seconds a busy server wants to be left alone; None when it is not busy."""
    if isinstance(problem, errors.ErrorServerBusy):
        return float(problem.back_off or otherwise)
    return float(problem.wait) if isinstance(problem, errors.RateLimitError) else None


def may_have_gone_out(problem: BaseException) -> bool:
    """Whether a mail whose handing over ended like this is perhaps on its way."""
    if any(isinstance(each, NEVER_WRITTEN) for each in causes(problem)):
        return False
    # ErrorTimeoutExpired is a connection that broke, or a server that gave up waiting for another one.
    return isinstance(problem, errors.ErrorTimeoutExpired) or not isinstance(problem, ANSWERED)
