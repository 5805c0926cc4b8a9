"""What a registered person wants with a mail: documents, a command, a name, a question, thanks, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.core.mail.messages import Kind, KindAndReason, Message
from service.core.vietnam.phrases import any_of, folded

SHARED_FILE = re.compile(
    r"https?://[^\s<>]*(drive\.google|docs\.google|onedrive|1drv\.ms|sharepoint|dropbox|wetransfer|fshare|mediafire|"
    r"mega\.nz|box\.com|zalo|icloud)[^\s<>]*",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"^(kinh (gui|chao|thua|thu)|chao|dear|hi|hello|xin chao|thua|than ai|than chao|"
    r"tran trong|(best |kind |thanks and )?regards)\b.{0,80}$"
)
NOMINATION = any_of(
    r"\b(cu|de cu|phan cong|giao|chi dinh|dang ky|gioi thieu|thong bao|thay doi|thay|bo tri)\b.{0,120}\bdau moi\b",
    r"\bdau moi (cua (don vi|phong|trung tam|ban)( \S+){0,8} )?la\b",
    r"\b(nominat|appoint)\w*\b.{0,120}\bcontact\b",
    # the letter's own words say it without the word: "Đơn vị cử đồng chí …, điện thoại …, email …"
    r"\b(cu|de cu|phan cong|chi dinh|gioi thieu|giao|bo tri) (them )?(dong chi|d/c|dc|ong|ba|anh|chi|co)\b.{1,160}"
    r"(@|\b0[\d .-]{8,}\d)",
    r"\b(toi|em|minh)\b.{0,60}\b(la|lam) dau moi\b",
)
THANKS = any_of(
    r"\bcam on\b",
    r"\bthank(s| you)\b",
    r"\bda nhan\b",
    r"\bnhan duoc roi\b",
    r"\bda (ro|hieu|vang)\b",
    r"\b(ok|oke|okay|noted|well received|received|got it|vang a)\b",
)
WANTS_SOMETHING = any_of(
    r"\?",
    r"\b(hoi|the nao|tai sao|vi sao|bao gio|khi nao|o dau|lam sao|nhu nao|ra sao|duoc khong|co phai|phai khong)\b",
    r"\b(de nghi|xin|nho|vuong|khong vao duoc|bi loi|loi|huong dan|ho tro|giup|gia han|cham|chua|sai)\b",
    r"\b(how|what|when|where|why|which|could you|can you|please|problem|error)\b",
)
ANNOUNCES_FILES = any_of(
    r"\b(gui|nop|chuyen) ((lai|kem|bo sung|anh|chi|ban|phong|a|c|theo) )*"
    r"(ho so|danh sach|file|tep|bieu|phu luc|to khai|ban scan|tai lieu|bao cao)\b",
    r"\b(dinh kem|kem theo|find attached|attached)\b",
)
LONGEST_THANKS = 240
"""Letters: a longer mail says more than thanks."""


def wish(message: Message, *, has_documents: bool, is_command: bool) -> KindAndReason:
    """The first thing that fits, top to bottom."""
    return next(_wishes(message, has_documents=has_documents, is_command=is_command))


def _wishes(message: Message, *, has_documents: bool, is_command: bool) -> Iterator[KindAndReason]:
    said = folded(_without_greetings(message.new_text))
    if has_documents:
        yield Kind.SUBMISSION, f"{len(message.attachments)} attachment(s)"
    if is_command:
        yield Kind.COMMAND, f"command on the first line: {message.new_text.strip()[:40]!r}"
    link = SHARED_FILE.search(message.new_text)
    if link:
        yield Kind.EMPTY, f"a link in place of a file: {link[0][:80]}"
    if not said:
        yield Kind.EMPTY, "no words and no documents"
    if names_contact(message.new_text):
        yield Kind.NOMINATION, "names a contact person"
    asks = WANTS_SOMETHING.search(said)
    if THANKS.search(said) and not asks and len(said) <= LONGEST_THANKS:
        yield Kind.ACKNOWLEDGEMENT, f"thanks: {said[:60]!r}"
    if ANNOUNCES_FILES.search(said[:2_000]) and not asks:
        yield Kind.EMPTY, "announces documents, but none are attached"
    yield Kind.QUESTION, f"text without documents: {said[:60]!r}"


def names_contact(text: str) -> bool:
    """Whether a mail names the unit's contact; asking whether, or whom, to name is a question."""
    said = folded(_without_greetings(text))[:2_000]
    return NOMINATION.search(said) is not None and not (_ASKS_ABOUT_IT.search(said) and "@" not in said)


_ASKS_ABOUT_IT = any_of(r"\?", r"\b(cu ai|co phai cu|phai cu|cu may|khi nao cu|chua biet cu)\b")


def _without_greetings(text: str) -> str:
    """The lines which say something: neither salutation nor closing."""
    return "\n".join(said for line in text[:20_000].splitlines() if (said := _beyond_greeting(line)).strip())


def _beyond_greeting(line: str) -> str:
    """The line; of a salutation only the question that follows it on the same line ("Kính gửi chị, cho em hỏi …")."""
    if not GREETING.match(folded(line[:200])):
        return line
    rest = line.partition(",")[2]
    return rest if WANTS_SOMETHING.search(folded(rest)) else ""


_PLAIN_QUESTION = any_of(
    r"\?",
    r"\b(xin hoi|cho hoi|xin duoc hoi|xin huong dan|de nghi huong dan|vuong mac)\b",
)
"""Narrower than a mail without papers: a covering letter says "đề nghị" without asking anything."""


def asks_in_passing(text: str) -> bool:
    """Whether a mail that carries papers also asks something a person should answer."""
    return bool(_PLAIN_QUESTION.search(folded(_without_greetings(text))))
