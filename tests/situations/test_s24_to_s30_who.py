"""Who is writing: private addresses, forged senders, no proof at all, threads lost or of last year (S24-S30)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from service.core.hr_decisions import Release, Result
from service.core.mail.authenticity import Authenticity, Policy
from service.core.mail.messages import Kind
from service.core.mail.trust import Trust
from service.core.records import MailRecord, MailState
from service.flow.context import SenderChecks
from service.flow.triage.thread_hints import pointers
from tests.support.harness.whole_service import CAMPAIGN, HR, SERVICE, Company, company
from tests.support.papers.filled_papers import roster, row_of

OURS = "mx.vnpt-it.example"


NUMBERS = count(1)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One company for all tests here: opening it is what costs time."""
    with company(tmp_path_factory.mktemp("state")) as small:
        small.launch()
        yield small


@pytest.fixture
def harness(opened: Company) -> Company:
    """The company half a day later: what it answered to another test counts no more."""
    opened.clock.pass_by(hours=12)
    return opened


@pytest.fixture
def private(harness: Company) -> str:
    """A private address of which nothing is known."""
    address = f"lan-{next(NUMBERS)}@thu-rieng.example"
    harness.post.server.add_user(address, "x")
    return address


def with_services(harness: Company, **changes: object) -> Company:
    """The same office, configured in another way."""
    services = replace(harness.service.services, **changes)  # type: ignore[arg-type]  # fields of House, by name
    return replace(harness, service=replace(harness.service, services=services))


def filled(harness: Company, unit: str = "U01") -> bytes:
    whose = next(each for each in harness.folder.units if each.code == unit)
    return roster(harness.folder.campaign, whose, [row_of(worker) for worker in harness.folder.workers[unit]])


def newest(harness: Company) -> MailRecord:
    """The newest incoming mail as the ledger knows it."""
    with harness.service.ledger.transaction() as transaction:
        number = 1
        while True:
            try:
                record = transaction.mails.get(number)
            except LookupError:
                return record
            number += 1


def subjects(harness: Company, address: str) -> list[str]:
    return [str(mail["Subject"]) for mail in harness.post.mails(address)]


def test_s24_a_private_address_is_held_told_and_admitted_by_one_decision(harness: Company, private: str) -> None:
    """S24: the stranger gets nothing, her unit's contact and HR are told; once admitted, what was held is taken in."""
    opening = harness.post.last(harness.address_of("U01"))
    for _ in range(2):
        harness.post.write(private, answers=opening, files={"PL02.xlsx": filled(harness)})
    harness.work()
    assert (newest(harness).kind, newest(harness).state) == (Kind.UNKNOWN_SENDER, MailState.HELD)
    assert harness.post.mails(private) == []
    assert sum("địa chỉ chưa đăng ký" in subject for subject in subjects(harness, harness.address_of("U01"))) == 1
    assert "U01" in harness.post.last(HR).get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    (admitted,) = harness.service.admit(private, unit="U01", by="hr.lan")
    assert admitted.facts["count"] == "2"
    harness.work()
    assert newest(harness).state is MailState.PROCESSED
    assert harness.stage("U01") != "nothing"
    assert len(harness.post.mails(private)) >= 1, "from now on she is answered"


def test_s24_a_colleague_whose_file_names_the_unit_is_a_candidate_not_a_sender(harness: Company) -> None:
    """S24: our own domain and the unit in a file's name help HR to decide; nothing is opened or taken in."""
    harness.post.server.add_user("moi@vnpt-it.example", "x")
    harness.post.write("moi@vnpt-it.example", subject="Danh sách", files={"PL02_U02.xlsx": filled(harness, "U02")})
    harness.work()
    assert any("named by subject or file" in reason for reason in newest(harness).reasons)
    assert (newest(harness).state, harness.stage("U02")) == (MailState.HELD, "nothing")
    assert "địa chỉ chưa đăng ký" in subjects(harness, harness.address_of("U02"))[-1]


def test_s24_a_stranger_gets_one_neutral_line_where_that_is_wished(harness: Company, private: str) -> None:
    """S24: once, only to a proven address, and without a word about any unit."""
    polite = with_services(harness, senders=SenderChecks(authserv_id=OURS), trust=Trust(answers_strangers=True))
    proven = {"Authentication-Results": f"{OURS}; dkim=pass header.d=thu-rieng.example"}
    harness.post.write(private, text="Xin chào")
    polite.work()
    assert harness.post.mails(private) == [], "an unproven address may be anybody's"
    for _ in range(2):
        harness.post.write(private, text="Xin chào", headers=proven)
        polite.work()
    (line,) = harness.post.mails(private)
    assert "U0" not in str(line["Subject"])
    assert line["Auto-Submitted"] == "auto-replied"


def test_s25_a_forged_sender_is_quarantined_and_released_by_hr(harness: Company) -> None:
    """S25: never dropped, never answered; when HR knows better, its word is enough for this one mail."""
    careful = with_services(harness, senders=SenderChecks(authserv_id=OURS))
    contact = harness.address_of("U01")
    before = len(harness.post.mails(contact))
    forged = {"Authentication-Results": f"{OURS}; dmarc=fail header.from=vnpt-it.example"}
    harness.post.write(contact, files={"PL02.xlsx": filled(harness)}, headers=forged)
    careful.work()
    record = newest(harness)
    assert (record.kind, record.state) == (Kind.QUARANTINE, MailState.HELD)
    assert len(harness.post.mails(contact)) == before
    assert "giả mạo" in harness.post.last(HR).get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    word = Release(mail=record.id, unit="U01", why="hỏi qua điện thoại")
    assert careful.service.decide(word, by="hr.lan", campaign=CAMPAIGN).result is Result.MAIL_RELEASED
    careful.work()
    assert newest(harness).state is MailState.PROCESSED
    assert len(harness.post.mails(contact)) == before + 1
    assert careful.service.decide(word, by="hr.lan", campaign=CAMPAIGN).result is Result.NOT_HELD


def test_s25_an_automatic_answer_that_fails_is_still_automatic(harness: Company) -> None:
    """S25: what a mail is goes before who sent it."""
    careful = with_services(harness, senders=SenderChecks(authserv_id=OURS))
    headers = {"Authentication-Results": f"{OURS}; dmarc=fail", "Auto-Submitted": "auto-replied"}
    harness.post.write(harness.address_of("U01"), headers=headers)
    careful.work()
    assert newest(harness).kind is Kind.AUTO_REPLY


def test_s25_several_senders_in_one_from_are_believed_in_none(harness: Company) -> None:
    """S25: a registered address beside another one says nothing about who wrote."""
    raw = f"From: {harness.address_of('U01')}, thief@x.example\r\nTo: {SERVICE}\r\nSubject: x\r\n\r\nHỏi: hạn nộp?\r\n"
    harness.post.server.deliver(SERVICE, raw.encode())
    harness.work()
    assert newest(harness).kind is Kind.QUARANTINE


def test_s26_nothing_proves_the_sender_and_the_policy_decides(harness: Company) -> None:
    """S26: the registered address suffices, or else the mail must go on in a thread of ours with this very unit."""
    strict = with_services(harness, trust=Trust(policy=Policy.THREAD))
    contact, opening = harness.address_of("U01"), harness.post.last(harness.address_of("U01"))
    harness.post.write(contact, text="Xin hỏi: hạn nộp?")
    strict.work()
    assert newest(harness).kind is Kind.QUARANTINE
    harness.post.write(contact, text="Xin hỏi: hạn nộp?", answers=harness.post.last(harness.address_of("U02")))
    strict.work()
    assert newest(harness).kind is Kind.QUARANTINE, "another unit's thread proves nothing for this one"
    harness.post.write(contact, text="Xin hỏi: hạn nộp?", answers=opening)
    strict.work()
    assert newest(harness).kind is Kind.QUESTION
    harness.post.write(harness.address_of("U02"), text="Xin hỏi: hạn nộp?")
    harness.work()
    assert newest(harness).kind is Kind.QUESTION, "by default the address suffices"


def test_s27_a_forwarder_breaks_spf_and_the_signature_holds(harness: Company) -> None:
    """S27: an aligned DKIM signature is enough; one of another domain is not."""
    careful = with_services(harness, senders=SenderChecks(authserv_id=OURS))
    aligned = f"{OURS}; spf=fail smtp.mailfrom=forwarder.example; dkim=pass header.d=vnpt-it.example"
    foreign = f"{OURS}; spf=fail smtp.mailfrom=forwarder.example; dkim=pass header.d=forwarder.example"
    for results, kind in ((aligned, Kind.QUESTION), (foreign, Kind.QUARANTINE)):
        harness.post.write(
            harness.address_of("U01"), text="Xin hỏi: hạn nộp?", headers={"Authentication-Results": results}
        )
        careful.work()
        assert newest(harness).kind is kind


def test_s28_last_years_thread_is_only_a_hint(harness: Company) -> None:
    """S28: a genuine thread of a campaign that is not open leads nowhere; the address does."""
    identity = harness.service.services.identity
    old = identity.message_id("opening", "vssid-2020", "U02")
    harness.post.write(harness.address_of("U01"), files={"PL02.xlsx": filled(harness)}, headers={"References": old})
    harness.work()
    record = newest(harness)
    assert (record.campaign, record.unit, record.kind) == (CAMPAIGN, "U01", Kind.SUBMISSION)
    assert any("vssid-2020, which is not open" in reason for reason in record.reasons)


def test_s29_a_mistyped_token_is_delivered_by_the_address_or_held(harness: Company, private: str) -> None:
    """S29: with exactly one candidate the mail is delivered and the loss logged; a stranger's is held."""
    genuine = str(harness.post.last(harness.address_of("U01"))["Message-ID"])
    broken = genuine.replace("@", "0@", 1)[: genuine.index("@") - 3] + "000" + genuine[genuine.index("@") :]
    for sender, state in ((harness.address_of("U01"), MailState.PROCESSED), (private, MailState.HELD)):
        harness.post.write(sender, text="Xin hỏi: hạn nộp?", headers={"In-Reply-To": broken})
        harness.work()
        assert newest(harness).state is state
        assert any("token is not ours" in reason for reason in newest(harness).reasons)


def test_s30_a_rewritten_message_id_is_made_good_by_the_subject_or_the_tag(harness: Company, private: str) -> None:
    """S30: the mark in the subject is a hint; the tag of our Reply-To proves the thread."""
    services = harness.service.services
    harness.post.write(
        private, subject="RE: [VSSID-2021 U02] Đề nghị", headers={"References": "<new@provider.example>"}
    )
    harness.work()
    assert "địa chỉ chưa đăng ký" in subjects(harness, harness.address_of("U02"))[-1]
    tag = services.identity.reply_tag(CAMPAIGN, "U01")
    assert tag is not None
    message = services.mail.read(f"From: {private}\r\nTo: Ban <{tag.upper()}>\r\n\r\nx".encode())
    thread = pointers(services, message).thread
    assert thread is not None
    assert (thread[0].campaign.id, thread[1].code if thread[1] else None) == (CAMPAIGN, "U01")
    forged = tag.replace("u01", "u02")
    assert pointers(services, replace(message, to=(forged,))).thread is None


def test_s30_our_mails_carry_the_tag_where_it_arrives(harness: Company) -> None:
    """S30: configured, a unit's answers come to the tagged address; our own tagged address is our own."""
    tagging = with_services(harness, trust=Trust(reply_tags=True))
    harness.post.write(harness.address_of("U01"), text="Xin hỏi: hạn nộp?")
    tagging.work()
    reply_to = str(harness.post.last(harness.address_of("U01"))["Reply-To"])
    assert reply_to == harness.service.services.identity.reply_tag(CAMPAIGN, "U01")
    raw = f"From: {reply_to}\r\nTo: {SERVICE}\r\nSubject: x\r\n\r\nx".encode()
    harness.post.server.deliver(SERVICE, raw)
    harness.work()
    assert newest(harness).kind is Kind.OWN_MAIL


def test_tricks_with_names_and_addresses_are_shown_as_reasons(harness: Company) -> None:
    """A registered address in the display name, answers wanted elsewhere, a domain that looks like ours."""
    raw = (
        f'From: "{harness.address_of("U01")}" <lan@vnpt-1t.example>\r\nReply-To: thief@x.example\r\n'
        f"To: {SERVICE}\r\nSubject: x\r\n\r\nXin hỏi: hạn nộp?\r\n"
    )
    harness.post.server.deliver(SERVICE, raw.encode())
    harness.work()
    record = newest(harness)
    assert record.kind is Kind.UNKNOWN_SENDER
    for words in ("display name shows another address", "Reply-To thief@x.example", "looks like vnpt-it.example"):
        assert any(words in reason for reason in record.reasons)


def test_authenticity_words_are_the_contracts() -> None:
    """Other programs read them."""
    assert {str(word) for word in Authenticity} == {"pass", "fail", "none"}
