"""What a person wants with a mail: papers, a name, a command, a question, a statement, thanks; all of it, in order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from service.core.mail.automatic_words import ABSENCE_SUBJECT, AUTOMATIC_MARK, AUTOMATIC_SUBJECT
from service.core.mail.commands import is_command
from service.core.mail.messages import Kind, Message
from service.core.vietnam.phrases import any_of, folded
from service.core.vietnam.text import fold

SHARED_FILE = re.compile(
    r"https?://[^\s<>]*(drive\.google|docs\.google|onedrive|1drv\.ms|sharepoint|dropbox|wetransfer|fshare|mediafire|"
    r"mega\.nz|box\.com|icloud|confidential-mail\.google)[^\s<>]*",
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
    r"\bdau moi moi\s*(la|:|-).{1,160}@",
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
    r"\b(che do bao mat|confidential mode)\b",
)
LONGEST_THANKS = 240
"""Letters: a longer mail says more than thanks."""


class Intent(StrEnum):
    """One thing that a mail wants (the contract's `intents`)."""

    PAPERS = "papers"
    NOMINATION = "nomination"
    COMMAND = "command"
    QUESTION = "question"
    STATEMENT = "statement"
    THANKS = "thanks"
    WITHDRAWAL = "withdrawal"


class Brought(StrEnum):
    """What a mail's attachments are, once they were opened; before that, what they may be."""

    NOTHING = "nothing"
    """Nothing, or only signature pictures and cards."""
    PICTURES = "pictures"
    """Pictures which say something but are no papers, such as a screenshot."""
    UNCLEAR = "unclear"
    """Pictures of which nothing could be read: bad photographs of pages, unless the words ask about them."""
    OURS = "ours"
    """Only what we ourselves mailed out, unchanged."""
    PAPERS = "papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Everything that a mail wants, and the kind under which it is filed for that."""

    intents: tuple[Intent, ...]
    kind: Kind
    reason: str


_FILED: tuple[tuple[Intent, Kind], ...] = (
    (Intent.PAPERS, Kind.SUBMISSION),
    (Intent.COMMAND, Kind.COMMAND),
    (Intent.NOMINATION, Kind.NOMINATION),
    (Intent.QUESTION, Kind.QUESTION),
    (Intent.WITHDRAWAL, Kind.QUESTION),
    (Intent.STATEMENT, Kind.QUESTION),
    (Intent.THANKS, Kind.ACKNOWLEDGEMENT),
)
"""The first that a mail has decides how it is filed."""


def wishes(
    message: Message,
    brought: Brought,
    *,
    is_command: bool,
    nominates: bool = False,
    ignoring: Collection[str] = (),
) -> Wishes:
    """All that the mail wants. `nominates`: a sheet of its papers names a contact; `ignoring`: names, no words."""
    found = dict(_wishes(message, brought, is_command=is_command, nominates=nominates, ignoring=ignoring))
    intents = tuple(intent for intent in found if intent is not None)
    for intent, kind in _FILED:
        if intent in found:
            return Wishes(intents=intents, kind=kind, reason=found[intent])
    return Wishes(intents=(), kind=Kind.EMPTY, reason=found[None])


def _wishes(
    message: Message, brought: Brought, *, is_command: bool, nominates: bool, ignoring: Collection[str]
) -> Iterator[tuple[Intent | None, str]]:
    """Each wish with its evidence; None with the reason why there is none."""
    new = without_names(message.new_text, ignoring)
    hands_in = _hands_in(message, new, brought)
    if hands_in:
        yield Intent.PAPERS, f"{len(message.attachments)} attachment(s)"
    if is_command:
        yield Intent.COMMAND, f"command on the first line: {message.new_text.strip()[:40]!r}"
    names = nominates or names_contact(new)
    if names:
        yield Intent.NOMINATION, "names a contact person"
    states = states_nothing_wrong(message.new_text)
    if states:
        yield Intent.STATEMENT, "says that nothing is wrong in our data"
    if withdraws(message):
        yield Intent.WITHDRAWAL, "wants a mail back"
    elif hands_in or is_command or names or states:
        asked = asks_beside(new)
        if asked:
            yield Intent.QUESTION, f"asks beside: {asked[:60]!r}"
    else:
        yield _in_words(message, new, brought)


def _hands_in(message: Message, new: str, brought: Brought) -> bool:
    """Whether what is attached is meant as papers; a picture is, when the words say so."""
    announced = ANNOUNCES_FILES.search(folded(new[:2_000])) is not None
    unclear = brought is Brought.UNCLEAR and not asks_beside(new)
    shown = brought in (Brought.PICTURES, Brought.UNCLEAR) and announced
    return brought is Brought.PAPERS or message.in_pieces or unclear or shown


def _in_words(message: Message, new: str, brought: Brought) -> tuple[Intent | None, str]:
    """A mail of nothing but words: a question unless it is surely something less."""
    words = next((each for each in _candidates(message, new) if _says_something(each)), "")
    said = folded(_without_greetings(words))
    link = SHARED_FILE.search(words)
    announces = ANNOUNCES_FILES.search(said[:2_000])
    beside_link = SHARED_FILE.sub("", said).strip(" .,:;<>\n")
    asks = WANTS_SOMETHING.search(SHARED_FILE.sub("", said))
    if link and not asks and (announces or not beside_link or _only_signs(beside_link, words)):
        return None, f"a link in place of a file: {link[0][:80]}"
    if not said:
        if brought is Brought.PICTURES:
            return Intent.QUESTION, "a picture without words"
        return None, "no words and no documents"
    if THANKS.search(said) and not asks and len(said) <= LONGEST_THANKS:
        return Intent.THANKS, f"thanks: {said[:60]!r}"
    if announces and not asks:
        return None, "announces documents, but none are attached"
    return Intent.QUESTION, f"text without documents: {said[:60]!r}"


def _candidates(message: Message, new: str) -> Iterator[str]:
    """What the mail says, the surest first: its new words, what it passes on, a question in its own subject."""
    yield new
    if message.whole_words.strip() != message.subject.strip():
        yield message.whole_words
    if WANTS_SOMETHING.search(fold(own_subject(message))):
        yield own_subject(message)


def headline(message: Message) -> str:
    """What to call a mail: the subject its writer chose, else the first thing it says; some say neither."""
    chosen = own_subject(message)
    said = next((line.strip() for line in _without_greetings(message.new_text).splitlines() if line.strip()), "")
    words = chosen or said or message.subject.strip()
    return words if len(words) <= LONGEST_HEADLINE else f"{words[:LONGEST_HEADLINE].rsplit(' ', 1)[0]}…"


LONGEST_HEADLINE = 70
"""Letters, so that a subject with it is still read on a telephone."""


def own_subject(message: Message) -> str:
    """The subject, when the writer chose it; one behind "Re:" or a machine's label is the earlier mail's."""
    subject = message.subject.strip()
    seen = fold(subject)
    label = AUTOMATIC_SUBJECT.match(seen) or AUTOMATIC_MARK.match(seen)
    if _REPLIED_SUBJECT.match(seen) or (label and _LABEL_ENDS.match(seen, label.end())):
        return ""
    return subject.split(":")[0] if ABSENCE_SUBJECT.match(seen) else subject


_LABEL_ENDS = re.compile(r"\s*(?:[:\])>*-]|$)")
_REPLIED_SUBJECT = re.compile(r"^((re|tl|fwd?|tra loi|chuyen tiep)\s*:|\[)")


def names_shared_file(text: str) -> bool:
    """Whether a link to a file lies in the text."""
    return SHARED_FILE.search(text) is not None


def _says_something(text: str) -> bool:
    return bool(_without_greetings(text).strip())


def _only_signs(said: str, words: str) -> bool:
    """Whether beside a link there is nothing but a short line such as a name."""
    return len(said) <= _SHORT and len(words.split()) <= _SHORT // 4


_SHORT = 40
WITHDRAWS = any_of(
    r"would like to recall the message",
    r"\b(muon|xin|de nghi|yeu cau|vui long) (duoc )?thu hoi (lai )?(thu|e-?mail|ho so|danh sach|tin nhan)",
    r"\b(huy|bo qua|khong (xem xet|tinh|dung)) (giup |ho )?(\w+ )?(thu|e-?mail|ho so|danh sach|phu luc) "
    r"(truoc|vua gui|da gui)",
)
_RECALL_SUBJECT = re.compile(r"^(recall|thu hoi)\s*:")


def withdraws(message: Message) -> bool:
    """Whether a mail wants an earlier one back: a program's recall, or a person's words."""
    recalled = _RECALL_SUBJECT.match(fold(message.subject)) is not None
    return recalled or WITHDRAWS.search(folded(message.new_text[:2_000])) is not None


def names_contact(text: str) -> bool:
    """Whether a mail names the unit's contact; asking whether, or whom, to name is a question."""
    said = folded(_without_greetings(text))[:2_000]
    if _DENIES_IT.search(said):
        return False
    return NOMINATION.search(said) is not None and not (_ASKS_ABOUT_IT.search(said) and "@" not in said)


_DENIES_IT = any_of(
    r"\b(?:khong|chua)(?: he| bao gio)?(?: con)?(?: phai)?(?: la| lam)?(?: nguoi)?(?: duoc cu)?(?: lam)? dau moi\b",
    r"\bvan(?: dang)?(?: la| lam) dau moi\b",
    r"\bnot (?:the |a |our )?contact\b|\bstill (?:the |a |our )?contact\b",
)
"""Whoever says that she is no contact, or still is, names nobody: a person has to read it."""


def entitled_to_contact(message: Message) -> bool:
    """Whether the subject or a file's name says that the mail is about naming the contact: a scan says it no better."""
    files = " ".join(each.name.replace("_", " ").replace("-", " ") for each in message.attachments)
    return names_contact(f"{message.subject}. {files}")


_ASKS_ABOUT_IT = any_of(r"\?", r"\b(cu ai|co phai cu|phai cu|cu may|khi nao cu|chua biet cu)\b")

_NOTHING_WRONG = re.compile(r"khong (?:co |phat hien |thay )?(?:thong tin )?(?:nao )?(?:bi )?sai lech")
_CONDITION = re.compile(r"\b(?:neu|truong hop|hay|hoac)\b|\?")
"""A sentence that only speaks of the case, such as a quotation of our own request, states nothing."""


def states_nothing_wrong(text: str) -> bool:
    """Whether a sentence of its own says that all was looked through and nothing is wrong."""
    said = (fold(sentence) for sentence in re.split(r"[.;\n]", text))
    return any(_NOTHING_WRONG.search(each) and not _CONDITION.search(each) for each in said)


def without_names(text: str, names: Collection[str]) -> str:
    """Without lines that are only a name of the sender's (her unit, her office): signatures ask nothing."""
    known = [fold(name) for name in names if len(name) > 3]
    return "\n".join(line for line in text.splitlines() if fold(line.strip(" ,.-")) not in known)


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
_REQUEST = any_of(
    r"\?",
    r"\bxin (hoi|duoc|phep|huong dan|y kien|lui|cham|gia han|them|nop sau|gui sau)\b",
    r"\b(de nghi|kinh mong|rat mong|mong|nho|phien)\b",
    r"\bcho (em|toi|don vi|chung toi|phong|ban|anh|chi|bon em)\b.{0,30}"
    r"\b(hoi|nop|gui|lui|cham|xin|biet|them|gia han)\b",
    r"\b(vuong mac|bi loi|gap loi|khong vao duoc|huong dan|gia han)\b",
    r"\b(could|can|would) you\b|\bplease (?!find|see)\b|\b(how|which|why|when) (do|does|should|can|is|are|to)\b",
)
_COVERING = any_of(
    r"\b(xem xet|kiem tra|tiep nhan|ghi nhan|tong hop|xac nhan|phan hoi|xem|nhan|duyet|thong bao lai)"
    r"( (giup|ho|va|lai|som|dum|cho|voi|nhe|a|em|chung toi|don vi|tong hop|theo quy dinh))*\W*$",
    r"\b(cam on|tran trong)\b",
)
"""What a covering letter asks for is what happens anyway."""


def asks_beside(text: str) -> str:
    """The first sentence that wants something of a person, in a mail that brings something else; empty: none does."""
    sentences = re.split(r"(?<=[.;!?])\s+|\n", _without_greetings(text))
    for sentence in sentences:
        said = folded(sentence)
        if "?" in said or (_REQUEST.search(said) and not _is_served_anyway(said)):
            return sentence.strip()
    return ""


def _is_served_anyway(said: str) -> bool:
    if is_command(said, from_hr=False):
        return True
    return bool(_COVERING.search(said) or names_contact(said) or states_nothing_wrong(said))


def asks_in_passing(text: str) -> bool:
    """Whether a mail that carries papers also asks something a person should answer."""
    return bool(_PLAIN_QUESTION.search(folded(_without_greetings(text))))


SPEAKS_IN_PERSON = any_of(
    r"\?(?!\S)",
    r"\b(nho|phien) (anh|chi|ban|phong|cac|em|quy)\b",
    r"\bcho (em|toi|don vi|chung toi|minh) (hoi|xin)\b",
    r"\bxin (phep|duoc|hoi)\b",
    r"\b(anh|chi|em|co|sep) oi\b",
    r"\b(could|can|would) you\b",
    r"\b(de nghi|kinh mong|gia han)\b",
)
"""What a person says to a person and no program does."""


def speaks_in_person(text: str) -> bool:
    """Whether somebody speaks to somebody."""
    return SPEAKS_IN_PERSON.search(folded(text[:4_000])) is not None
