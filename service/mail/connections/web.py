"""Requests to a provider's web addresses: encrypted, checked, never through what the environment happens to say."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from service.mail.connections.tls import tls_context
from service.mail.connections.troubles import with_remedy

TIMEOUT = 60.0
CONNECT_TIMEOUT = 20.0

TELLING = (ssl.SSLError, socket.gaierror, ConnectionRefusedError, TimeoutError)
"""Causes that have a remedy; they lie deep inside what `requests` raises."""


@lru_cache(maxsize=8)
def _context(ca_file: Path | None) -> ssl.SSLContext:
    """Reading all authorities takes a while, and each mail by Graph has a session of its own."""
    return tls_context(ca_file)


class _CheckedAdapter(HTTPAdapter):
    """Checks certificates as the mail connections do: the system's authorities, or those of one file."""

    def __init__(self, ca_file: Path | None, timeout: float) -> None:
        self._context = _context(ca_file)
        self._timeout = (min(timeout, CONNECT_TIMEOUT), timeout)
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **how: Any) -> None:
        super().init_poolmanager(*arguments, **how, ssl_context=self._context)

    def proxy_manager_for(self, *arguments: Any, **how: Any) -> Any:
        return super().proxy_manager_for(*arguments, **how, ssl_context=self._context)

    def build_connection_pool_key_attributes(self, *arguments: Any, **how: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*arguments, **how)
        for name in ("ca_certs", "ca_cert_dir"):
            pool.pop(name, None)
        return host, {**pool, "ssl_context": self._context}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing to add: the context decides, and it always checks."""

    def send(self, request: requests.PreparedRequest, *arguments: Any, **how: Any) -> requests.Response:
        # msal gives no timeout of its own, and a silent server would hold the service for ever.
        if how.get("timeout") is None:
            how["timeout"] = self._timeout
        return super().send(request, *arguments, **how)


def web_session(ca_file: Path | None = None, *, proxy: str = "", timeout: float = TIMEOUT) -> requests.Session:
    """A session of our own; `proxy` only when configured, for example `http://proxy.office.example:3128`."""
    session = requests.Session()
    session.trust_env = False
    session.proxies = {"http": proxy, "https": proxy} if proxy else {}
    adapter = _CheckedAdapter(ca_file, timeout)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def web_trouble(problem: BaseException) -> str:
    """What went wrong on the way to a web address, in one line with its remedy."""
    cause = next((inner for inner in _causes(problem) if isinstance(inner, TELLING)), problem)
    return with_remedy(cause, str(cause), ())


def nothing_was_written(problem: BaseException) -> bool:
    """Whether the trouble came before the connection stood: then no request can have arrived."""
    before = (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError, requests.exceptions.SSLError)
    causes = (ssl.SSLCertVerificationError, socket.gaierror, ConnectionRefusedError)
    return isinstance(problem, before) or any(isinstance(inner, causes) for inner in _causes(problem))


def wait_asked(response: requests.Response) -> float | None:
    """Seconds of a Retry-After; None when the server names none."""
    asked = response.headers.get("Retry-After", "").strip()
    return float(asked) if asked.isdigit() else None


def fields_of(response: requests.Response) -> dict[str, Any]:
    """The JSON object of an answer; empty when it is none (a proxy's page, half an answer)."""
    try:
        content = response.json()
    except ValueError:  # what it says stands in the status, which every caller looks at
        return {}
    return content if isinstance(content, dict) else {}


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    """The exception, and what it was made from: `requests` wraps urllib3, which wraps the socket's own."""
    seen: list[BaseException] = []
    waiting = [problem]
    while waiting:
        inner = waiting.pop(0)
        if not isinstance(inner, BaseException) or inner in seen:
            continue
        seen.append(inner)
        yield inner
        waiting += [inner.__cause__, inner.__context__, getattr(inner, "reason", None), *inner.args]
