"""TXT records of a domain from the configured resolver, or from the system's."""

from __future__ import annotations

import dns.exception
import dns.resolver

from service.mail.incoming.dkim import NoAnswer, TextRecords


def text_records(resolver: str, seconds: float) -> TextRecords:
    """`resolver`: `system`, or `address:port`. Answers that say "there is none" are an empty list."""
    if resolver == "system":
        asked = dns.resolver.Resolver()
    else:
        address, _, port = resolver.rpartition(":")
        asked = dns.resolver.Resolver(configure=False)
        asked.nameservers, asked.port = [address.strip("[]")], int(port)
    asked.lifetime = seconds

    def ask(name: str) -> tuple[bytes, ...]:
        try:
            answer = asked.resolve(name, "TXT", raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN:
            return ()
        except dns.exception.DNSException as problem:
            raise NoAnswer(f"{name}: {type(problem).__name__}") from problem
        return tuple(b"".join(record.strings) for record in answer.rrset or ())

    return ask
