"""S86: Authentication-Results as servers write them and senders would like them to be, taken apart by RFC 8601."""

from __future__ import annotations

import pytest

from service.core.mail.authentication_results import findings, own_results
from service.core.mail.authenticity import Authenticity, authenticity
from service.mail.incoming.mime import read_message

OURS = "mail.so.example"
SENDER = "van.thu@phong-a.example"
FOREIGN_LINE = ("Received", "from ngoai.other.example by relay.other.example; Mon, 10 May 2021 08:00:00 +0700")
BORDER = ("Received", f"from relay.other.example (1.2.3.4) by {OURS} with ESMTPS; Mon, 10 May 2021 08:00:01 +0700")
INSIDE = ("Received", f"from {OURS} by kho-thu.so.example with LMTP; Mon, 10 May 2021 08:00:02 +0700")


def result(said: str, server: str = OURS) -> tuple[str, str]:
    return ("Authentication-Results", f"{server}; {said}")


def judged(*fields: tuple[str, str]) -> Authenticity:
    """What is said of a mail with these fields, read from its bytes."""
    head = "".join(f"{name}: {value}\r\n" for name, value in (*fields, ("From", SENDER), ("Subject", "x")))
    message = read_message(f"{head}\r\nx".encode("utf-8", "surrogateescape"))
    return authenticity(own_results(message.results, OURS), OURS, message.sender).said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('spf=pass smtp.mailfrom="x; dmarc=pass y"@la.example', Authenticity.NONE),
        ('spf=pass smtp.mailfrom="x\\"; dmarc=pass (y"@la.example; dmarc=fail', Authenticity.FAIL),
        ("spf=pass (hay (lồng; dmarc=pass) nhau) smtp.mailfrom=la.example", Authenticity.NONE),
        ("dkim=pass (1024; (a\\) b)) header.d=phong-a.example", Authenticity.PASS),
        ("dmarc=pass header.from=phong-a.example; dmarc=fail header.from=phong-a.example", Authenticity.FAIL),
        ("dmarc=pass header.from=la.example", Authenticity.NONE),
        ("dmarc=pass (p=none dis=none) header.from=phong-a.example", Authenticity.PASS),
        ("dkim=fail header.d=phong-a.example; spf=pass smtp.mailfrom=van.thu@phong-a.example", Authenticity.PASS),
        ("spf=pass smtp.mailfrom=la.example dmarc=pass", Authenticity.NONE),
        ('spf=pass smtp.mailfrom="bo lung; dmarc=pass header.from=phong-a.example', Authenticity.NONE),
        ('spf=pass smtp.mailfrom="bo lung; dmarc=fail header.from=phong-a.example', Authenticity.FAIL),
        ("dkim=pass header.i=@phong-a.example header.b=Ab/c+d==; dmarc=temperror", Authenticity.PASS),
        ('dkim = pass reason="tot; dmarc=fail" header.d = phong-a.example', Authenticity.PASS),
        ("dmarc/1=pass; dmarc/2=pass", Authenticity.PASS),
        ("dmarc/2=pass header.from=phong-a.example", Authenticity.NONE),
        ("arc=pass (i=1 dmarc=pass fromdomain=phong-a.example)", Authenticity.NONE),
        ("dmarc=fail header.from=phong-a.example; arc=pass (i=2 dmarc=pass)", Authenticity.FAIL),
        ("spf=pass smtp.mailfrom=<>; dmarc=fail;", Authenticity.FAIL),
        ("none", Authenticity.NONE),
        ("spf=pass smtp.mailfrom==?utf-8?q?x=3B_dmarc=3Dpass?=@la.example", Authenticity.NONE),
    ],
)
def test_s86_one_field_is_read_by_its_grammar(said: str, expected: Authenticity) -> None:
    """S86: what stands in quotes, comments and values is no result, and a failure is one wherever it stands."""
    assert judged(result(said)) is expected


def test_s86_several_filters_write_a_field_each() -> None:
    """S86: the uppermost holds only SPF; all of our server's count, and any failure of DMARC among them wins."""
    spf, dkim = result("spf=softfail smtp.mailfrom=chuyen.example"), result("dkim=pass header.d=phong-a.example")
    note = ("DMARC-Filter", "OpenDMARC Filter v1.4")
    good, bad = (result(f"dmarc={word} header.from=phong-a.example") for word in ("pass", "fail"))
    assert judged(spf, dkim, note, good, BORDER) is Authenticity.PASS
    assert judged(INSIDE, BORDER, spf, note, good) is Authenticity.PASS
    assert judged(spf, good, bad, BORDER) is Authenticity.FAIL
    assert judged(good, note, dkim, bad) is Authenticity.FAIL


def test_s86_what_stands_below_the_border_is_the_senders_invention() -> None:
    """S86: below our border's Received, below another server's line, and where our server wrote nothing."""
    forged = result("dmarc=pass header.from=phong-a.example")
    real = result("spf=none smtp.mailfrom=la.example")
    assert judged(real, BORDER, forged) is Authenticity.NONE
    assert judged(real, ("DKIM-Signature", "v=1; d=la.example"), forged) is Authenticity.NONE
    assert judged(INSIDE, BORDER, FOREIGN_LINE, forged) is Authenticity.NONE
    assert judged(result("dmarc=pass", server="relay.other.example"), forged) is Authenticity.NONE


@pytest.mark.parametrize(
    ("server", "own"),
    [
        (OURS, 1),
        (f"{OURS} 1", 1),
        (f"(cửa) {OURS.upper()} (v) 1", 1),
        (f'"{OURS}"', 1),
        (f"{OURS} 2", 0),
        ("so.example", 0),
    ],
)
def test_s86_the_server_is_the_configured_one_in_a_version_we_know(server: str, own: int) -> None:
    """S86: by its whole name, with comments around it, and only in version 1 (RFC 8601 §2.5)."""
    assert len(own_results([("authentication-results", f"{server}; dmarc=pass")], OURS)) == own


def test_s86_nothing_is_read_from_a_mail_without_our_servers_name() -> None:
    """S86: with no `authserv_id` configured nothing is believed."""
    assert own_results([("authentication-results", f"{OURS}; dmarc=pass")], None) == ()


def test_s86_a_hostile_field_is_read_in_one_pass() -> None:
    """S86: tens of thousands of brackets, quotes and signs cost no more than their letters."""
    for hostile in ("(" * 50_000, '"' * 50_001, "=;" * 50_000, "a=b " * 25_000, f"{'(a)' * 20_000}; dmarc=pass"):
        assert all(found.method == "dmarc" for found in findings(f"{OURS}; {hostile}"))
