"""Delivery reports that are nothing but prose: whether a mail is one, and what it says of which recipient.

A person may write about a mail that came back, and may paste the report. A machine speaks as a mail system from its
first line, in nobody's person, and something besides words shows that it is one: a null return path, our mail given
back, a server's reply.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from email.message import Message as Part

from service.core.vietnam.phrases import any_of, folded
from service.mail.incoming.headers import header_text, mailboxes

ADDRESS = re.compile(r"[^\s<>;,:\"'()\[\]]+@[^\s<>;,:\"'()\[\]]+[^\s<>;,:\"'()\[\].]")
LONGEST_PROSE = 5_000
FIRST_WORDS = 700
GENERIC_GREETING = any_of(
    r"(dear|hello|hi)[ ,]+(customer|user|sender|sir|madam|sir/madam)\b",
    r"kinh (gui|chao) (quy (khach|vi)( hang)?|nguoi (gui|dung))\b",
)
GREETING = any_of(r"\b(dear|hello|hi|thanks)\b", r"\b(kinh|chao|thua|xin|em|anh|chi|co|chu|bac|ban|phong)\b")
IN_PERSON = any_of(
    r"\b(em|minh|ad)\b(?!@)",
    r"\bnho (anh|chi|ban|quy|phong|co|thay|hr)|\bgiup (em|minh|toi|don vi|chung|voi)|\b(a|anh|chi|ac) (oi|a)\b",
    r"\b(toi|em|chung toi|ben (toi|em)|don vi( \S+)?) (da |co |vua |moi )?(gui|nhan|bi|thay)\b",
    r"(thu|e-?mail|mail) cua (toi|em|minh|don vi|chung toi)\b",
    r"\bmy (e-?mail|message|mail|report|file|list)|\b(i|we) (got|get|have|sent|received|tried)\b",
    r"please (help|check|advise|see|find)",
)
"""A report speaks of "your message"; whoever speaks of her own is a person."""
MAILER_WORDS = any_of(
    r"this (message|e-?mail|mail|report|notice) (was|is|has been) (created|generated|sent) automatically"
    r" by .{0,20}mail",
    r"\b(a|the|your|this) (e-?mail )?(message|e-?mail|mail)s?( that)?( you (have )?sent| below| attached)?"
    r"( to \S+)?,? (could not|couldn.?t|cannot|can not|was not|has not( yet)?|wasn.t)( yet)?( be| been)?"
    r" (delivered|sent)",
    r"(could not|couldn.?t|cannot|unable to|failed to|wasn.t able to|not able to) (deliver|send) (your |the |this |a )?"
    r"(following )?(message|e-?mail|mail)",
    r"(could not|couldn.?t|cannot|can not|was not) be(en)? delivered to\b",
    r"(delivery|sending)( of \S+ (message|mail|e-?mail))? to (the following|one or more|\S+@\S+)",
    r"the following (e-?mail )?(address|recipient|user)(es|s|\(es\)|\(s\))? (failed|had|could|was|were|did|has|have)",
    r"(failed|undelivered|rejected|delayed) recipients?( address)?\s*:",
    r"(message|mail|e-?mail)( \S+){0,2} (is|was|has been) (delayed|undeliverable|undelivered|returned)\b",
    r"return(ed|ing) (the |your )?(message |mail )?to (the )?sender",
    r"(thu|e-?mail|mail|tin nhan|thong diep)( dien tu)?( (cua|do|ma))? "
    r"(ban|quy (vi|khach)|anh/chi|anh chi|nguoi gui)\b[^.]{0,80}"
    r"\b(khong|chua)( the)?( duoc)? (gui|chuyen|phat|giao|den)\b",
    r"(khong|chua)( the)? (gui|chuyen|phat|giao)( duoc)? (thu|e-?mail|mail|tin nhan|thong diep)"
    r"( (nay|sau|cua (ban|quy (vi|khach)|anh/chi)))* (den|toi|cho)\b",
    r"(gui|chuyen|phat|giao) (thu|e-?mail|mail|tin nhan)( \S+){0,6} (that bai|khong thanh cong)",
)
STILL_TRYING = any_of(
    r"delayed mail|warning.{0,40}delayed|delivery.{0,30}delayed|\(delay\)|has been delayed",
    r"still (being )?(retr|try)|will be retried|will (continue|keep) (to )?(try|retry|attempt|be)",
    r"attempts? (will|to deliver .{0,40}will) (continue|be made)|this is a warning( message)? only",
    r"(se|van|dang) (tiep tuc |con )?(duoc )?(thu )?(gui|chuyen|phat) lai|cham tre",
)
"""It goes on trying: nothing is lost yet."""
SAID_PERMANENT = any_of(r"\bpermanent(ly)?\b.{0,30}(fatal|delivery|failure)", r"loi vinh vien")
SERVERS_REPLY = re.compile(
    r"(?<![\d.])[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}\b|<<<|>>>"
    r"|\b(said|replied|error|reason|loi|ly do|tra loi|phan hoi|bao)[^\n]{0,40}?[: ] ?[45]\d\d\b"
)
REPORT_SUBJECT = any_of(
    r"undeliver",
    r"returned mail",
    r"return(ing|ed)? (message|to sender)",
    r"failure notice",
    r"not delivered",
    r"non-?deliver",
    r"delivery (status|fail|report|problem|error|notif|has failed|delay)",
    r"failed mail",
    r"delivery.{0,20}(failed|failure|unsuccessful)",
    r"user unknown",
    r"mail (delivery|system|error|failure)",
    r"could ?n[o']t be delivered",
    r"unable to deliver",
    r"bounce",
    r"message (status|delayed|undeliverable|not deliver)",
    r"warning: (could not|message)",
    r"khong (the )?(gui|phat|chuyen|giao)( thu| mail)?( duoc)?\b",
    r"(gui|chuyen|phat|giao) (thu|e-?mail|mail|tin) (that bai|khong thanh cong)",
    r"(thu|e-?mail) (bi tra lai|khong gui)",
    r"thong bao (tra lai|hoan|loi) (thu|gui)",
)
ANSWERS = re.compile(r"^\s*(re|fwd?|fw|tl|trả lời|chuyển tiếp|vs|ref)\s*:", re.IGNORECASE)
COPY_BEGINS = re.compile(
    r"^(?:[-=_*# ]{2,}[^\n]*(?:copy|original|returned|header|below|gốc|bản sao|nội dung thư)[^\n]*"
    r"|original message follows[^\n]*|(?:received|return-path|message-id|dkim-signature):[^\n]+)$",
    re.IGNORECASE | re.MULTILINE,
)
"""Where a report begins to quote the mail that it gives back."""
COPIED_HEADER = re.compile(r"^(?:message-id|received|return-path): ?\S", re.IGNORECASE | re.MULTILINE)
NAMED_IN_PROSE = re.compile(
    r"(?:rcpt to:|(?:sent|delivering your|deliver) (?:mail|message)s? to|recipients?:?|could not be delivered to:?"
    r"|(?:thư|email|e-mail|mail|tin|tin nhắn) (?:đến|tới|cho):?|người nhận:?|(?:đến|tới) địa chỉ:?)\s*<?"
    rf"({ADDRESS.pattern})",
    re.IGNORECASE,
)
ALONE = re.compile(rf"^[\s*•\"'<(-]*({ADDRESS.pattern})[\s\"'>):.;,]*$|^[\s\"]*<({ADDRESS.pattern})>", re.MULTILINE)
"""An address on a line of its own, or at the beginning of what is said about it."""


def prose_of(text: str) -> str:
    """What the report itself says, without the mail that it gives back."""
    copy = COPY_BEGINS.search(text)
    return (text[: copy.start()] if copy else text)[:LONGEST_PROSE]


def speaks_as_a_mail_system(message: Part, text: str, *, gives_back: bool) -> bool:
    """Whether a mail that carries no mark of a report speaks as one. `gives_back`: a mail lies in it."""
    prose = folded(prose_of(text))
    said = MAILER_WORDS.search(prose[:FIRST_WORDS])
    if said is None or IN_PERSON.search(prose) or GREETING.search(GENERIC_GREETING.sub("", prose[: said.start()])):
        return False
    subject = header_text(message.get("subject", ""))
    if not mailboxes(message.get("from", "")) or header_text(message.get("return-path", "-")) == "<>":
        return True
    if ANSWERS.match(subject):
        return False
    structure = gives_back or COPIED_HEADER.search(text) or SERVERS_REPLY.search(prose)
    return bool(structure or (REPORT_SUBJECT.search(folded(subject)) and ALONE.search(prose_of(text))))


def in_person(text: str) -> bool:
    """Whether somebody speaks of herself."""
    return bool(IN_PERSON.search(folded(prose_of(text))))


def says_failed(subject: str, prose: str) -> bool:
    """Whether it says at all that a mail did not arrive."""
    return bool(REPORT_SUBJECT.search(folded(subject)) or MAILER_WORDS.search(folded(prose)))


def still_trying(subject: str, prose: str) -> bool:
    """Whether it says that nothing is lost yet."""
    return bool(STILL_TRYING.search(folded(f"{subject}\n{prose[:1_500]}")))


def named_in(prose: str) -> Iterator[str]:
    """Recipients whom it names by the ways in which mail systems write them."""
    yield from (match[1].lower() for match in NAMED_IN_PROSE.finditer(prose))
    yield from ((match[1] or match[2]).lower() for match in ALONE.finditer(prose))


def said_of(addresses: Collection[str], prose: str) -> dict[str, str]:
    """What is said about each: from the line that names it to the line that names another; else all of it."""
    said: dict[str, list[str]] = {}
    current: list[str] = []
    for line in prose.split("\n"):
        named = [address for address in addresses if address in line.lower()]
        if named:
            current = said.setdefault(named[0], [])
            said.update((address, current) for address in named[1:])
        current.append(line)
    whole = " ".join(prose.split())
    alone = {address: " ".join(" ".join(lines).split()) for address, lines in said.items()}
    return {address: _with_words(address, alone.get(address, ""), whole) for address in addresses}


def _with_words(address: str, said: str, whole: str) -> str:
    return said if re.search(r"\w{2}", ADDRESS.sub("", said)) else whole
