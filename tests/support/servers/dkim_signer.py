"""A mail server that signs with DKIM, and a resolver on 127.0.0.1 that knows its key."""

from __future__ import annotations

import base64
import hashlib
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import dns.message
import dns.rcode
import dns.rrset
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SELECTOR = "spring"
FIELDS = ("from", "to", "subject", "from")
"""Signed, From twice: nobody can put a second one beside it."""


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def edwards_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def key_record(algorithm: str = "rsa") -> bytes:
    """The TXT record with the public key."""
    if algorithm == "rsa":
        public = rsa_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        public = edwards_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k={algorithm}; p={base64.b64encode(public).decode()}".encode()


def sign(
    head: Mapping[str, str], body: bytes, domain: str, *, algorithm: str = "rsa", fields: tuple[str, ...] = FIELDS
) -> bytes:
    """A signed mail, relaxed/relaxed, of fields without folds and a body of lines ending in CRLF."""
    body_hash = base64.b64encode(hashlib.sha256(body).digest()).decode()
    tags = f"v=1; a={algorithm}-sha256; c=relaxed/relaxed; d={domain}; s={SELECTOR}; h={':'.join(fields)}; "
    unsigned = f"{tags}bh={body_hash}; b="
    lines = [f"{name}:{head[name.title()]}\r\n" for name in dict.fromkeys(fields)]
    content = ("".join(lines) + f"dkim-signature:{unsigned}").encode()
    if algorithm == "rsa":
        signature = rsa_key().sign(content, padding.PKCS1v15(), hashes.SHA256())
    else:
        signature = edwards_key().sign(hashlib.sha256(content).digest())
    written = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"DKIM-Signature: {unsigned}{base64.b64encode(signature).decode()}\r\n{written}\r\n".encode() + body


@dataclass(frozen=True, slots=True)
class Resolver:
    """Where it listens, and what it was asked."""

    address: str
    asked: list[str]


@contextmanager
def resolver(records: Mapping[str, bytes], *, silent: bool = False) -> Iterator[Resolver]:
    """Answers TXT questions from `records`; says that there is no such name for others, or nothing at all."""
    asked: list[str] = []

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            content, socket = self.request
            question = dns.message.from_wire(content)
            name = question.question[0].name.to_text(omit_final_dot=True)
            asked.append(name)
            if silent:
                return
            answer = dns.message.make_response(question)
            record = records.get(name)
            if record is None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            else:
                pieces = " ".join(f'"{record[at : at + 200].decode()}"' for at in range(0, len(record), 200))
                answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", pieces))
            socket.sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield Resolver(f"127.0.0.1:{server.server_address[1]}", asked)
        server.shutdown()
