"""Requests to Microsoft Graph for one user's mailbox: the token, the pages, and what an error means.

GraphRefused carries the status and Microsoft's own code; mailbox and sender make their own trouble of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from service.mail.connections.oauth import AccessTokens
from service.mail.connections.troubles import one_line
from service.mail.connections.web import fields_of, wait_asked, web_session

log = logging.getLogger(__name__)

GRAPH = "https://graph.microsoft.com/v1.0"

STABLE_IDS = 'IdType="ImmutableId"'
"""A mail keeps its id when it is moved to another folder; without this each move gives a new one."""

REMEDIES: Mapping[int, str] = {
    401: "run `dondoc sign-in mailbox` or `sending`, or check the client's secret",
    403: "let an administrator of Microsoft 365 grant Mail.ReadWrite and Mail.Send for this mailbox",
    404: "check `user` and `base_url`, and that the mailbox exists",
}


class GraphRefused(Exception):
    """Graph answered, and not with what was asked for."""

    def __init__(self, status: int, code: str, said: str, wait_seconds: float | None = None) -> None:
        remedy = REMEDIES.get(status, "")
        super().__init__(one_line(f"{status} {code} {said}") + (f"; {remedy}" if remedy else ""))
        self.status, self.code, self.wait_seconds = status, code, wait_seconds


class GraphClient:
    """One user's mailbox at one address of Graph. Raises GraphRefused, NoAccess or requests.RequestException."""

    def __init__(
        self,
        *,
        user: str,
        tokens: AccessTokens,
        base_url: str = GRAPH,
        ca_file: Path | None = None,
        proxy: str = "",
        timeout: float = 60.0,
    ) -> None:
        self.user, self._tokens = user, tokens
        self._base = base_url.rstrip("/")
        self._root = f"{self._base}/users/{quote(user, safe='@')}"
        self._ca_file, self._proxy, self._timeout = ca_file, proxy, timeout
        self._session = self.new_session()

    def new_session(self) -> requests.Session:
        return web_session(self._ca_file, proxy=self._proxy, timeout=self._timeout)

    def warning(self) -> str:
        return self._tokens.warning()

    def get(self, path: str, parameters: Mapping[str, str] | None = None, *, page: int = 0) -> dict[str, Any]:
        """`path` within the mailbox, or a whole address which Graph gave for the next page."""
        return fields_of(self._ask("GET", path, parameters=parameters, page=page))

    def get_bytes(self, path: str) -> bytes:
        return self._ask("GET", path).content

    def post(self, path: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return fields_of(self._ask("POST", path, json=fields))

    def post_once(self, session: requests.Session, path: str, body: Any) -> requests.Response:
        """A body of plain text over a session of the caller's; the caller looks at the answer and repeats nothing."""
        token = self._tokens.token()
        answer = self._request(session, "POST", path, token, data=body, headers={"Content-Type": "text/plain"})
        if answer.status_code == 401:  # refused before it was read: a new token, the same bytes from the start
            body.seek(0)
            token = self._tokens.token(refused=token)
            answer = self._request(session, "POST", path, token, data=body, headers={"Content-Type": "text/plain"})
        return answer

    def pages(self, path: str, parameters: Mapping[str, str], *, page: int) -> Iterator[dict[str, Any]]:
        """Each page of a list or of a round of changes."""
        content = self.get(path, parameters, page=page)
        yield content
        while following := content.get("@odata.nextLink"):
            content = self.get(str(following), page=page)
            yield content

    def close(self) -> None:
        self._session.close()

    def _ask(
        self,
        method: str,
        path: str,
        *,
        parameters: Mapping[str, str] | None = None,
        page: int = 0,
        json: Mapping[str, Any] | None = None,
    ) -> requests.Response:
        prefer = ", ".join(filter(None, (STABLE_IDS, f"odata.maxpagesize={page}" if page else "")))
        how: dict[str, Any] = {"params": parameters, "json": json, "headers": {"Prefer": prefer}}
        token = self._tokens.token()
        answer = self._request(self._session, method, path, token, **how)
        if answer.status_code == 401:  # revoked, or the server's clock runs ahead of ours
            answer = self._request(self._session, method, path, self._tokens.token(refused=token), **how)
        if answer.status_code >= 300:
            raise refused(answer)
        return answer

    def _request(
        self, session: requests.Session, method: str, path: str, token: str, *, headers: Mapping[str, str], **how: Any
    ) -> requests.Response:
        address = self._address(path)
        return session.request(
            method, address, headers={**headers, "Authorization": f"Bearer {token}"}, allow_redirects=False, **how
        )

    def _address(self, path: str) -> str:
        if not path.startswith(("http://", "https://")):
            return f"{self._root}/{path}"
        # The token goes to nobody but Graph, whatever an answer names as its next page.
        if urlsplit(path)[:2] != urlsplit(self._base)[:2]:
            raise GraphRefused(0, "foreignAddress", f"{urlsplit(path).netloc} is not {urlsplit(self._base).netloc}")
        return path


def refused(answer: requests.Response) -> GraphRefused:
    """Microsoft's error object (`{"error": {"code", "message"}}`) as an exception."""
    error = fields_of(answer).get("error")
    named = error if isinstance(error, dict) else {}
    return GraphRefused(
        answer.status_code,
        str(named.get("code", "") or answer.reason or ""),
        str(named.get("message", "")),
        wait_asked(answer),
    )


def in_text(value: str) -> str:
    """A value inside an OData filter: quoted, with its own quotes doubled."""
    return "'" + value.replace("'", "''") + "'"


def in_path(key: str) -> str:
    """An id inside an address: Graph's ids may hold slashes."""
    return quote(key, safe="")
