"""Microsoft 365 through Graph: the contract of all mailboxes, and what Graph alone can do to us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from service.flow.ports.failures import MailboxUnavailable, SendingUnavailable
from service.flow.ports.world import Folder, SendOutcome
from service.mail.graph.client import GraphClient
from service.mail.graph.mailbox import GraphMailbox
from service.mail.graph.sender import GraphSender, GraphSentFolder, readdressed
from tests.support.harness.mailbox_contract import HR, MailboxContract, letter, put
from tests.support.servers.dovecot import free_port
from tests.support.servers.fake_graph import FakeGraph, Fault

LAN, NAM = "lan@office.example", "nam@office.example"
MAIL = (
    f"From: {HR}\r\nTo: Lan <{LAN}>,\r\n {NAM}\r\nMessage-ID: <1@dondoc>\r\nSubject: x\r\n\r\nTo: nobody\r\n".encode()
)


@dataclass(slots=True)
class Tokens:
    """A token that is good until somebody revokes it."""

    number: int = 1
    good: set[str] = field(default_factory=lambda: {"token-1"})

    def token(self, *, refused: str = "") -> str:
        if refused:
            self.number += 1
            self.good.add(f"token-{self.number}")
        return f"token-{self.number}"

    def warning(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Graph, and the mailbox that looks at it."""

    graph: FakeGraph
    tokens: Tokens
    client: GraphClient
    mailbox: GraphMailbox

    @property
    def notice_seconds(self) -> float:
        return 1.5

    def deliver(self, content: bytes) -> object:
        return self.graph.deliver(content)

    def take_away(self, uid: int) -> None:
        self.graph.take_away(self.graph.keys()[self.mailbox.list().uids.index(uid)])

    def contents(self, folder: Folder) -> list[bytes]:
        return self.graph.contents(f"Dondoc/{folder}")

    def unread(self) -> int:
        return self.graph.unread()

    def break_down(self) -> None:
        self.graph.plan(Fault(times=1_000))

    def mend(self) -> None:
        self.graph.mend()

    @property
    def sender(self) -> GraphSender:
        return GraphSender(self.client)

    @property
    def sent(self) -> GraphSentFolder:
        return GraphSentFolder(self.client)

    def outcomes(self, raw: bytes = MAIL, recipients: tuple[str, ...] = (LAN, NAM)) -> dict[str, SendOutcome]:
        result = self.sender.send(raw, envelope_from=HR, recipients=recipients)
        return {address: outcome for address, (outcome, _) in result.outcomes.items()}


@pytest.fixture
def desk() -> Iterator[Desk]:
    tokens = Tokens()
    with FakeGraph(HR, takes=lambda token: token in tokens.good) as graph:
        client = GraphClient(user=HR, tokens=tokens, base_url=graph.base_url, timeout=2.0)
        mailbox = GraphMailbox(client, folders={folder: f"Dondoc/{folder}" for folder in Folder}, poll=0.1)
        yield Desk(graph, tokens, client, mailbox)
        mailbox.close()


class TestGraphMailbox(MailboxContract):
    """The contract, and Graph's own ways."""

    def test_mails_are_listed_as_they_came(self, desk: Desk) -> None:
        """The numbers follow the time of receipt, so that an older roster is read before a newer one."""
        uids = [put(desk, f"number {number}") for number in range(5)]
        assert desk.mailbox.list().uids == tuple(uids)

    def test_numbers_are_the_same_after_a_restart(self, desk: Desk) -> None:
        """A new process gives every mail the number under which the ledger knows it."""
        uid = put(desk, "known")
        again = GraphMailbox(desk.client)
        assert again.list() == desk.mailbox.list()
        assert again.fetch(uid) == letter("known")

    def test_a_restarted_service_files_without_listing_first(self, desk: Desk) -> None:
        """What was decided before a restart is filed right after it."""
        uid = put(desk, "decided")
        again = GraphMailbox(desk.client)
        assert again.file(uid, Folder.PROCESSED) is True
        assert desk.graph.contents("Processed") == [letter("decided")]

    def test_many_pages_give_all_mails_once(self, desk: Desk) -> None:
        """S11: a backlog comes page by page; the next look asks only for what changed."""
        desk.graph.page = 7
        for number in range(40):
            desk.graph.deliver(letter(f"backlog {number}"))
        assert len(desk.mailbox.list().uids) == 40
        before = len(desk.graph.requests)
        assert len(desk.mailbox.list().uids) == 40
        assert len(desk.graph.requests) == before + 1

    def test_s06_what_a_person_moved_stays_where_it_was_put(self, desk: Desk) -> None:
        """S06: Graph would move a mail from any folder; we leave it to the person who was quicker."""
        uid = put(desk, "moved by hand")
        desk.graph.put_elsewhere(desk.graph.keys()[-1], "id-deleteditems")
        assert desk.mailbox.file(uid, Folder.PROCESSED) is False
        assert desk.graph.contents("Mục đã xóa") == [letter("moved by hand")]

    def test_forgotten_changes_lead_to_a_new_list(self, desk: Desk) -> None:
        """410: the link for changes is too old; everything is listed anew, and nothing is missed or taken for new."""
        uid = put(desk, "before")
        desk.graph.forget_changes()
        later = put(desk, "after")
        assert desk.mailbox.list().uids == (uid, later)

    def test_s07_the_stated_time_is_passed_on(self, desk: Desk) -> None:
        """S07: 429 with Retry-After becomes `wait_seconds`, for reading and for sending."""
        for _ in range(2):
            desk.graph.plan(Fault(status=429, code="TooManyRequests", header={"Retry-After": "17"}))
        with pytest.raises(MailboxUnavailable, match="429 TooManyRequests") as reading:
            desk.mailbox.list()
        with pytest.raises(SendingUnavailable, match="nothing was sent") as sending:
            desk.outcomes()
        assert (reading.value.wait_seconds, sending.value.wait_seconds) == (17, 17)
        assert desk.graph.sent == []

    def test_s08_a_revoked_token_is_renewed_once(self, desk: Desk) -> None:
        """S08: 401 costs one renewal and no mail, for reading and for sending."""
        uid = put(desk, "under a new token")
        desk.tokens.good.clear()
        assert uid in desk.mailbox.list().uids
        desk.tokens.good.clear()
        assert desk.outcomes() == {LAN: SendOutcome.ACCEPTED, NAM: SendOutcome.ACCEPTED}
        assert desk.tokens.number == 3
        assert len(desk.graph.sent) == 1

    def test_missing_permission_is_named_with_its_remedy(self, desk: Desk) -> None:
        """403 tells the administrator what to grant."""
        desk.graph.plan(Fault(status=403, code="ErrorAccessDenied"))
        with pytest.raises(MailboxUnavailable, match=r"ErrorAccessDenied.*grant Mail.ReadWrite"):
            desk.mailbox.check()

    def test_a_folder_that_is_not_there_is_named(self, desk: Desk) -> None:
        """A mistyped folder is refused by its name; it is never made."""
        with pytest.raises(MailboxUnavailable, match="no folder 'Inbxo'"):
            GraphMailbox(desk.client, folder="Inbxo").check()

    def test_the_token_goes_to_nobody_else(self, desk: Desk) -> None:
        """An answer that names a foreign address as its next page is refused."""
        with pytest.raises(Exception, match="foreignAddress"):
            desk.client.get("http://evil.example/v1.0/next")

    def test_check_tells_what_was_found(self, desk: Desk) -> None:
        """`doctor` gets one line for the mailbox and one for sending."""
        put(desk, "one")
        assert desk.mailbox.check() == f"graph://{HR}/inbox: signed in, 1 mails"
        assert desk.sender.check() == f"graph://{HR}: signed in, Sent Items found"


class TestGraphSender:
    """MIME sendMail: nothing lost, nothing doubled, nobody else addressed."""

    def test_a_mail_is_sent_byte_for_byte_and_lies_in_sent_items(self, desk: Desk) -> None:
        """Graph gets our bytes, sends to both, and keeps the copy which later is our evidence."""
        assert desk.outcomes() == {LAN: SendOutcome.ACCEPTED, NAM: SendOutcome.ACCEPTED}
        assert desk.graph.sent == [((LAN, NAM), MAIL)]
        assert desk.sent.holds("<1@dondoc>") is True
        assert desk.sent.holds("<2@dondoc>") is False

    @pytest.mark.parametrize("stored", [True, False])
    def test_s57_an_answer_lost_after_the_last_byte_is_in_doubt(self, desk: Desk, stored: bool) -> None:
        """S57: stored or not, nobody is sent to again; Sent Items tell which it was."""
        desk.graph.plan(Fault("POST", stored=True) if stored else Fault("POST"))
        assert desk.outcomes() == {LAN: SendOutcome.UNKNOWN, NAM: SendOutcome.UNKNOWN}
        assert len(desk.graph.sent) == stored
        assert desk.sent.holds("<1@dondoc>") is stored

    def test_s57_a_gateway_that_gave_up_leaves_it_open(self, desk: Desk) -> None:
        """S57: 504 comes from a server on the way; the one behind it had taken the mail."""
        desk.graph.plan(Fault("POST", status=504, code="UnknownError", stored=True))
        assert set(desk.outcomes().values()) == {SendOutcome.UNKNOWN}

    def test_a_mail_cut_off_while_it_was_written_was_not_sent(self, desk: Desk) -> None:
        """A connection lost in the middle of a large mail means that nothing was handed over."""
        desk.graph.plan(Fault("POST"))
        with pytest.raises(SendingUnavailable, match="nothing was sent"):
            desk.outcomes(MAIL + b"x" * 30_000_000)

    def test_no_server_at_all_is_named_with_its_remedy(self, desk: Desk) -> None:
        """A refused connection: nothing was sent, and what to check."""
        client = GraphClient(user=HR, tokens=desk.tokens, base_url=f"http://127.0.0.1:{free_port()}/v1.0")
        with pytest.raises(SendingUnavailable, match=r"nothing was sent.*check host and port"):
            GraphSender(client).send(MAIL, envelope_from=HR, recipients=[LAN])

    def test_s56_a_mail_that_is_too_large_is_this_mails_fate(self, desk: Desk) -> None:
        """S56: 413 is a refusal that names the limit; the next mail goes through."""
        result = desk.sender.send(MAIL + b"x" * 3_500_000, envelope_from=HR, recipients=[LAN, NAM])
        assert result.outcomes[LAN][0] is SendOutcome.REFUSED
        assert "up to 3 MB" in result.outcomes[LAN][1]
        assert set(desk.outcomes().values()) == {SendOutcome.ACCEPTED}

    def test_a_search_that_fails_is_no_evidence(self, desk: Desk) -> None:
        """Neither found nor absent: the question is put again later."""
        desk.graph.plan(Fault(status=503, code="serviceNotAvailable", header={"Retry-After": "5"}))
        with pytest.raises(MailboxUnavailable, match="in Sent Items: 503") as told:
            desk.sent.holds("<1@dondoc>")
        assert told.value.wait_seconds == 5

    def test_the_envelope_decides_who_gets_it(self, desk: Desk) -> None:
        """A mail for one only, or for somebody not named, goes to exactly those; its text stays as it is."""
        assert desk.outcomes(recipients=(LAN,)) == {LAN: SendOutcome.ACCEPTED}
        assert desk.outcomes(recipients=(LAN, NAM, HR)) == dict.fromkeys((LAN, NAM, HR), SendOutcome.ACCEPTED)
        assert [recipients for recipients, _ in desk.graph.sent] == [(LAN,), (LAN, NAM, HR)]
        assert all(raw.endswith(b"\r\n\r\nTo: nobody\r\n") for _, raw in desk.graph.sent)

    def test_what_is_no_address_is_refused_here(self, desk: Desk) -> None:
        """A line end in an address cannot become a header field."""
        evil = "x@office.example>\r\nBcc: boss@office.example"
        assert desk.outcomes(recipients=(evil, LAN, NAM))[evil] is SendOutcome.REFUSED
        assert desk.graph.sent == [((LAN, NAM), MAIL)]


def test_a_mail_whose_header_names_its_recipients_is_left_alone() -> None:
    """Nothing is added where nothing is needed; what names others keeps them readable."""
    assert readdressed(MAIL, [LAN, NAM]) == MAIL
    secret = MAIL.replace(b"Subject:", b"Bcc: boss@office.example,\r\n chief@office.example\r\nSubject:")
    assert (
        readdressed(secret, [NAM])
        == (
            f"Bcc: {NAM}\r\nFrom: {HR}\r\nX-Dondoc-To: Lan <{LAN}>,\r\n {NAM}\r\n"
            "Message-ID: <1@dondoc>\r\nSubject: x\r\n\r\nTo: nobody\r\n"
        ).encode()
    )
