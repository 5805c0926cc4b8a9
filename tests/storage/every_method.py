"""A call of every public method of every repository, as the flow calls it, on the ledger of `filled_ledger`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from service.core.contacts import Contact, ContactState, Nominee, ReplyCode
from service.core.declarations.form_codes import FormCode
from service.core.events import NOT_NEWS, Event, EventKind, Paused
from service.core.findings import Code, Finding, Severity
from service.core.forms import PageKind, PageReading, Source
from service.core.mail.messages import Kind
from service.core.mail.trust import Vouched
from service.core.progress.listed_twice import ListedPerson, ListedTwice
from service.core.records import (
    Fate,
    FormRecord,
    MailState,
    OtherPage,
    OutgoingRecord,
    OutgoingState,
    PackageRecord,
    RosterVersion,
    SendingPause,
)
from service.core.tasks import Ending, Question, Task, TaskKind
from service.storage.ledger import Transaction
from tests.storage.filled_ledger import CAMPAIGN, MAILBOX, START, UNIT

SHA = "a" * 64
LATE = START + timedelta(days=3650)
WRITTEN_TO = f"{UNIT.lower()}@x.example"
CONTACT = Contact(
    campaign=CAMPAIGN,
    unit=UNIT,
    nominee=Nominee(name="Hồ Anh Nam"),
    named_by="x@x.example",
    named_at=START,
    state=ContactState.PROPOSED,
)
CODE = ReplyCode(code="123456", campaign=CAMPAIGN, recipient="hr@x.example", made_at=START)
FORM_CODE = FormCode(token="B" * 26, campaign=CAMPAIGN, unit=UNIT, made_at=START, values={})
FORM = FormRecord(
    campaign=CAMPAIGN,
    unit=UNIT,
    mail_id=1,
    document_sha256=SHA,
    document_name="a.pdf",
    media_type="application/pdf",
    reading=PageReading(page=1, kind=PageKind.DECLARATION, rotation=0, source=Source.OCR, part=1),
    received_at=START,
)
ROSTER = RosterVersion(
    campaign=CAMPAIGN,
    unit=UNIT,
    version=99,
    mail_id=1,
    document_sha256=SHA,
    document_name="a.xlsx",
    received_at=START,
    rows=(),
    findings=(Finding(code=Code.MISSING_COLUMN, severity=Severity.ERROR, key="missing_column"),),
)
OTHER_PAGE = OtherPage(
    campaign=CAMPAIGN,
    unit=UNIT,
    mail_id=1,
    document_sha256=SHA,
    document_name="a.pdf",
    page=1,
    kind=PageKind.COVER,
    rotation=0,
    received_at=START,
)
OUTGOING = OutgoingRecord(
    key="new",
    message_id="<new@dondoc.example>",
    template="answer",
    recipients=("x@x.example",),
    subject="x",
    raw_sha256=SHA,
    created_at=START,
    not_before=START,
)
PACKAGE = PackageRecord(campaign=CAMPAIGN, folder="x", built_at=START, files=())
PERSON = ListedPerson(unit=UNIT, kind="citizen_id", number="001", row=1, name="Hồ Anh Nam")
TWICE = ListedTwice(kind="citizen_id", number="001", former=UNIT, newer="U0001", mail_id=1, noted_at=START)

TASK = Task(subject=Question(mail=1), campaign=CAMPAIGN, unit=UNIT, opened_at=START)

MAILS: dict[str, Callable[[Transaction], object]] = {
    "known_uids": lambda ledger: ledger.mails.known_uids(MAILBOX, 1),
    "receive": lambda ledger: ledger.mails.receive(MAILBOX, 1, 10**6, SHA, START),
    "get": lambda ledger: ledger.mails.get(1),
    "find": lambda ledger: ledger.mails.find(1),
    "waiting": lambda ledger: ledger.mails.waiting(),
    "claim": lambda ledger: ledger.mails.claim(1, LATE, 60),
    "release": lambda ledger: ledger.mails.release(1),
    "release_all": lambda ledger: ledger.mails.release_all(),
    "earlier_with_bytes": lambda ledger: ledger.mails.earlier_with_bytes(replace(ledger.mails.get(9), sha256=SHA)),
    "earlier_with_message_id": lambda ledger: ledger.mails.earlier_with_message_id("<1@x.example>", 10**6, 5),
    "came_from_elsewhere": lambda ledger: ledger.mails.came_from_elsewhere("imap://new", 9, 10**6, SHA),
    "finish": lambda ledger: ledger.mails.finish(
        1,
        state=MailState.PROCESSED,
        kind=Kind.SUBMISSION,
        folder="Processed",
        campaign=CAMPAIGN,
        unit=UNIT,
        message_id="<1@x.example>",
        sender="x@x.example",
        subject="x",
        reasons=(),
    ),
    "last_locked": lambda ledger: ledger.mails.last_locked(CAMPAIGN, UNIT, START),
    "newest_words": lambda ledger: ledger.mails.newest_words(CAMPAIGN, UNIT, START, 5),
    "note_locked": lambda ledger: ledger.mails.note_locked(1, ()),
    "give_up_on": lambda ledger: ledger.mails.give_up_on(1, "x", "Review"),
    "close": lambda ledger: ledger.mails.close(1, "x", "Ignored"),
    "reopen": lambda ledger: ledger.mails.reopen(1),
    "vouch": lambda ledger: ledger.mails.vouch(1, Vouched(by="hr", campaign=CAMPAIGN, unit=UNIT)),
    "unfiled": lambda ledger: ledger.mails.unfiled(MAILBOX, 1),
    "mark_filed": lambda ledger: ledger.mails.mark_filed(1),
    "held": lambda ledger: ledger.mails.held(),
    "lying": lambda ledger: ledger.mails.lying(MAILBOX, 1),
    "oldest_waiting": lambda ledger: ledger.mails.oldest_waiting(),
    "has_come": lambda ledger: ledger.mails.has_come("<1@x.example>"),
    "failed_since": lambda ledger: ledger.mails.failed_since(START),
    "count_by_state": lambda ledger: ledger.mails.count_by_state(),
}
OUTBOX: dict[str, Callable[[Transaction], object]] = {
    "queue": lambda ledger: ledger.outbox.queue(OUTGOING),
    "mailed_out": lambda ledger: ledger.outbox.mailed_out(["1" * 64]),
    "due": lambda ledger: ledger.outbox.due(LATE),
    "get": lambda ledger: ledger.outbox.get(1),
    "claim": lambda ledger: ledger.outbox.claim(1, START),
    "settle": lambda ledger: ledger.outbox.settle(1, state=OutgoingState.SENT, now=START),
    "note_copy": lambda ledger: ledger.outbox.note_copy(1, named=True, accepted=True),
    "see_copy": lambda ledger: ledger.outbox.see_copy(1),
    "queue_again": lambda ledger: ledger.outbox.queue_again(1, START, recipients=(), outcomes={}, sent_again=True),
    "in_state": lambda ledger: ledger.outbox.in_state(OutgoingState.UNKNOWN, OutgoingState.QUEUED),
    "kept_back": lambda ledger: ledger.outbox.kept_back(),
    "with_fate": lambda ledger: ledger.outbox.with_fate(Fate.BOUNCED),
    "note_fate": lambda ledger: ledger.outbox.note_fate(1, "x@x.example", Fate.BOUNCED, "x"),
    "last_sent": lambda ledger: ledger.outbox.last_sent(),
    "copies_missing": lambda ledger: ledger.outbox.copies_missing(START, START + timedelta(hours=1)),
    "interrupted": lambda ledger: ledger.outbox.interrupted(LATE),
    "by_message_id": lambda ledger: ledger.outbox.by_message_id("<1@dondoc.example>"),
    "latest_of": lambda ledger: ledger.outbox.latest_of("summary"),
    "with_key": lambda ledger: ledger.outbox.with_key("key-1"),
    "of_unit": lambda ledger: ledger.outbox.of_unit(CAMPAIGN, UNIT),
    "count_since": lambda ledger: ledger.outbox.count_since(WRITTEN_TO, "answer", START),
    "count_to": lambda ledger: ledger.outbox.count_to(WRITTEN_TO, START, answers_only=True),
    "sent_since": lambda ledger: ledger.outbox.sent_since(LATE),
    "count_by_state": lambda ledger: ledger.outbox.count_by_state(),
}
SUBMISSIONS: dict[str, Callable[[Transaction], object]] = {
    "add_roster": lambda ledger: ledger.submissions.add_roster(ROSTER),
    "current_roster": lambda ledger: ledger.submissions.current_roster(CAMPAIGN, UNIT),
    "roster_version": lambda ledger: ledger.submissions.roster_version(CAMPAIGN, UNIT, 1),
    "roster_of_document": lambda ledger: ledger.submissions.roster_of_document(CAMPAIGN, UNIT, "document_sha256-1"),
    "waive_finding": lambda ledger: ledger.submissions.waive_finding(1, by="hr", at=START, why="x"),
    "numbered_finding": lambda ledger: ledger.submissions.numbered_finding(1),
    "numbered_findings": lambda ledger: ledger.submissions.numbered_findings(CAMPAIGN, UNIT),
    "place_roster": lambda ledger: ledger.submissions.place_roster(CAMPAIGN, 1, SHA, UNIT),
    "placed_roster": lambda ledger: ledger.submissions.placed_roster(CAMPAIGN, 1, SHA),
    "add_form": lambda ledger: ledger.submissions.add_form(FORM),
    "update_form": lambda ledger: ledger.submissions.update_form(replace(FORM, id=1)),
    "forms": lambda ledger: ledger.submissions.forms(CAMPAIGN, UNIT),
    "form": lambda ledger: ledger.submissions.form(1),
    "has_accepted_form": lambda ledger: ledger.submissions.has_accepted_form(CAMPAIGN, UNIT, 8),
    "add_form_code": lambda ledger: ledger.submissions.add_form_code(FORM_CODE),
    "form_code": lambda ledger: ledger.submissions.form_code("token-1"),
    "remember_paper": lambda ledger: ledger.submissions.remember_paper("new", ()),
    "remembered_paper": lambda ledger: ledger.submissions.remembered_paper("key-1"),
}
DECISIONS: dict[str, Callable[[Transaction], object]] = {
    "notes": lambda ledger: ledger.decisions.notes(CAMPAIGN, UNIT),
    "admit": lambda ledger: ledger.decisions.admit(CAMPAIGN, UNIT, "x@x.example"),
    "mark_bounced": lambda ledger: ledger.decisions.mark_bounced(CAMPAIGN, UNIT, "x@x.example"),
    "unmark_bounced": lambda ledger: ledger.decisions.unmark_bounced(CAMPAIGN, UNIT, "x@x.example"),
    "extend": lambda ledger: ledger.decisions.extend(CAMPAIGN, UNIT, START.date()),
    "state_no_discrepancies": lambda ledger: ledger.decisions.state_no_discrepancies(CAMPAIGN, UNIT, START),
    "paused_at": lambda ledger: ledger.decisions.paused_at(CAMPAIGN),
    "pause": lambda ledger: ledger.decisions.pause(CAMPAIGN, UNIT, START),
    "snooze": lambda ledger: ledger.decisions.snooze(CAMPAIGN, UNIT, START.date()),
    "launched_at": lambda ledger: ledger.decisions.launched_at(CAMPAIGN),
    "mark_launched": lambda ledger: ledger.decisions.mark_launched(CAMPAIGN, START),
    "add_package": lambda ledger: ledger.decisions.add_package(PACKAGE),
    "package": lambda ledger: ledger.decisions.package(CAMPAIGN),
    "approve_package": lambda ledger: ledger.decisions.approve_package(1, "hr", START),
    "reject_package": lambda ledger: ledger.decisions.reject_package(2, "hr", START),
    "mark_package_sent": lambda ledger: ledger.decisions.mark_package_sent(1, START),
}
LISTINGS: dict[str, Callable[[Transaction], object]] = {
    "list_people": lambda ledger: ledger.listings.list_people(CAMPAIGN, UNIT, [PERSON]),
    "met_elsewhere": lambda ledger: ledger.listings.met_elsewhere(CAMPAIGN, UNIT),
    "note_twice": lambda ledger: ledger.listings.note_twice(CAMPAIGN, TWICE),
    "twice": lambda ledger: (ledger.listings.twice(CAMPAIGN), ledger.listings.twice(CAMPAIGN, UNIT)),
    "decide_home": lambda ledger: ledger.listings.decide_home(1, UNIT, by="hr", at=START, why="x"),
}
PEOPLE: dict[str, Callable[[Transaction], object]] = {
    "name_contact": lambda ledger: ledger.people.name_contact(CONTACT),
    "decide_contact": lambda ledger: ledger.people.decide_contact(1, ContactState.FORMER, by="hr", at=START),
    "contact": lambda ledger: ledger.people.contact(1),
    "contacts": lambda ledger: ledger.people.contacts(CAMPAIGN, UNIT),
    "current_contact": lambda ledger: ledger.people.current_contact(CAMPAIGN, UNIT),
    "add_code": lambda ledger: ledger.people.add_code(CODE),
    "code": lambda ledger: ledger.people.code("code-1"),
    "spend_code": lambda ledger: ledger.people.spend_code("code-1", 1),
}
EVENTS: dict[str, Callable[[Transaction], object]] = {
    "record": lambda ledger: ledger.events.record(Event(at=START, who="hr", fact=Paused())),
    "latest": lambda ledger: (ledger.events.latest(10), ledger.events.latest(10, CAMPAIGN)),
    "last": lambda ledger: (
        ledger.events.last(EventKind.PAUSED),
        ledger.events.last(EventKind.SUMMARY_WRITTEN, CAMPAIGN),
    ),
    "after": lambda ledger: ledger.events.after(0, EventKind.MAIL_VANISHED),
    "since": lambda ledger: ledger.events.since(LATE, EventKind.PAPERS_UNANSWERED),
    "any_after": lambda ledger: ledger.events.any_after(10**6, CAMPAIGN, but=NOT_NEWS),
    "verify_chain": lambda ledger: ledger.events.verify_chain(),
}
CALLS: dict[str, dict[str, Callable[[Transaction], object]]] = {
    "mails": MAILS,
    "outbox": OUTBOX,
    "submissions": SUBMISSIONS,
    "listings": LISTINGS,
    "other_pages": {
        "add": lambda ledger: ledger.other_pages.add([OTHER_PAGE]),
        "of": lambda ledger: (ledger.other_pages.of(CAMPAIGN), ledger.other_pages.of(CAMPAIGN, UNIT)),
    },
    "decisions": DECISIONS,
    "people": PEOPLE,
    "events": EVENTS,
    "tasks": {
        "open": lambda ledger: ledger.tasks.open(TASK),
        "close": lambda ledger: ledger.tasks.close(1, by="hr", at=LATE, ending=Ending.DECIDED),
        "get": lambda ledger: ledger.tasks.get(1),
        "find": lambda ledger: ledger.tasks.find(CAMPAIGN, UNIT, TASK.subject),
        "waiting": lambda ledger: (
            ledger.tasks.waiting(),
            ledger.tasks.waiting(CAMPAIGN),
            ledger.tasks.waiting(CAMPAIGN, unit=UNIT),
            ledger.tasks.waiting(CAMPAIGN, unit=UNIT, kind=TaskKind.EXTENSION),
        ),
    },
    "traffic": {
        "pause": lambda ledger: ledger.traffic.pause(),
        "set_pause": lambda ledger: ledger.traffic.set_pause(SendingPause(until=START, why="x")),
        "end_pause": lambda ledger: ledger.traffic.end_pause(),
        "swept_at": lambda ledger: ledger.traffic.swept_at(),
        "note_sweep": lambda ledger: ledger.traffic.note_sweep(MAILBOX, START),
    },
}
