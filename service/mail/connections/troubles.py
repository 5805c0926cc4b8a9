"""What went wrong on a connection, in one line for an administrator: what was said, and what to do about it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence

Remedies = Sequence[tuple[type[BaseException], str]]

CONNECTION_REMEDIES: Remedies = (
    (ssl.SSLCertVerificationError, "name the authority's certificate in `ca_file`, or use the name on the certificate"),
    (ssl.SSLError, "check the port and `tls` (tls, starttls or none)"),
    (socket.gaierror, "check the host name"),
    (ConnectionRefusedError, "check host and port, and that the server runs"),
    (TimeoutError, "check host, port and firewall"),
)


def one_line(text: str) -> str:
    """Text of a server, shortened, without line ends."""
    return " ".join(text.split())[:400]


def with_remedy(problem: BaseException, said: str, remedies: Remedies) -> str:
    """The trouble and the first remedy that fits its kind."""
    fitting = (text for kind, text in (*remedies, *CONNECTION_REMEDIES) if isinstance(problem, kind))
    remedy = next(fitting, "")
    return f"{one_line(said) or type(problem).__name__}{'; ' if remedy else ''}{remedy}"
