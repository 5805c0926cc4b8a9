"""The words by which automatic mail gives itself away, folded (lower case, no accents), Vietnamese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.core.vietnam.phrases import any_of, beginning_with
from service.core.vietnam.text import fold

AUTOMATIC_SUBJECT = beginning_with(
    r"automatic reply",
    r"auto(matic)?[ -]?(reply|response|responder|antwort)",
    r"automated (reply|response)",
    r"auto: .{0,60}\bout of the office",
    r"(thu |tin nhan |email )?tra loi tu dong",
    r"tu dong (tra loi|phan hoi)",
    r"(thu |email )?phan hoi tu dong",
    r"thu tu dong",
    r"automatische antwort",
    r"reponse automatique",
    r"respuesta automatica",
    r"abwesenheitsnotiz",
    r"vacation (reply|response|message|auto)",
    r"report domain\s*:",
    r"complaint about message from",
)
ABSENCE_SUBJECT = beginning_with(
    r"(.{1,60} is )?(currently )?out of (the )?office",
    r"ooo\b",
    r"on (annual |maternity |sick )?leave",
    r"away from",
    r"i am away",
    r"vacation",
    r"(thong bao |dang )?vang mat",
    r"(thong bao |dang )?nghi phep",
    r"thong bao nghi",
    r"(dang )?di cong tac",
)
"""Weaker: a person may write such a subject too, so a mail with documents is not judged by it."""


@dataclass(frozen=True, slots=True)
class HouseWords:
    """Phrases that HR added: how the office's own systems and colleagues announce automatic mail."""

    subjects: tuple[str, ...] = ()
    """Beginnings of subjects."""
    first_lines: tuple[str, ...] = ()
    """Words anywhere in the first lines of the text."""

    def in_subject(self, subject: str) -> str | None:
        """The phrase with which a folded subject begins, after "Re:" and brackets."""
        return next((each for each in self.subjects if beginning_with(re.escape(fold(each))).match(subject)), None)

    def in_text(self, text: str) -> str | None:
        """The phrase that stands in the folded beginning of a text."""
        return next((each for each in self.first_lines if fold(each) in text), None)


NO_WORDS = HouseWords()

AUTOMATIC_TEXT = any_of(
    r"this is an? (automatic|automated|auto-generated|automatically generated|system generated)",
    r"(email|e-mail|message|reply|response) (was|is|has been) (sent|generated) automatically",
    r"automatically generated (reply|e-?mail|message)",
    r"do not (reply|respond) to this (e-?mail|message)",
    r"auto-?(reply|response) from",
    r"(mailbox|inbox|address|account) (is )?(not|no longer) (being )?(monitored|attended|checked|in use|active|used)",
    r"unmonitored (mailbox|inbox|address|account)",
    r"\bwe( have|'ve| ha ve)? received your (e-?mail|message|request|enquiry|inquiry)",
    r"\bwe will (get back to|respond to|reply to|contact) you",
    r"(day|(thu|e-?mail|tin nhan) nay) la (thu |e-?mail |tin nhan |thong bao )?(tra loi |phan hoi |duoc gui )?tu dong",
    r"(thu|e-?mail|tin nhan) (nay )?(da )?duoc (he thong )?(gui|tra loi|tao|chuyen( tiep)?) (mot cach )?"
    r"(boi he thong )?tu dong",
    r"(day la|tu) (hop thu|dia chi|he thong) (thu )?tu dong",
    r"(hop thu|dia chi|tai khoan)( thu| e-?mail)*( nay)? (hien )?"
    r"(khong (con |duoc )?(theo doi|kiem tra|su dung|hoat dong)|da (ngung|dung|khoa))",
    r"(chung toi|he thong|bo phan( \S+){1,3}) (da nhan duoc [^.]{0,60} )?(va )?se (som )?"
    r"(phan hoi|tra loi|lien he)( \S+){0,5} (trong (vong|thoi gian|it)|som nhat)",
    r"(ma|so) (yeu cau|phieu|ticket|ho tro)( cua \S+){0,2}( la)?\s*[:#]\s*\S*\d",
    r"(vui long|xin) (khong|dung) (tra loi|phan hoi|reply) (lai )?(vao )?(thu|e-?mail|tin nhan) nay",
    r"he thong (tu dong )?(da )?(tiep nhan|ghi nhan) (yeu cau|e-?mail|thu|phan anh)",
    r"(your|a) (ticket|request|case|enquiry|inquiry)( \S{1,20})? (has been|was) (received|created|opened)",
    r"(yeu cau|phieu|ticket)( \S{1,20})? (cua (ban|quy khach|anh/chi) )?da duoc (tiep nhan|ghi nhan|tao)",
    r"before (i|we) (can )?(receive|deliver|accept) your (e-?mail|message)",
)
_SENTENCE_BEGINS = r"(^|[.,:;!] |thong bao |rang )"
_NOW = r"((hien )?(tai|nay|gio),? |hien )?"
_I_AM = r"(toi|em|minh|chung toi) (hien )?(tai |nay )?(dang |se |co )?(trong (thoi gian|ky) )?"
_AWAY = (
    r"(nghi (phep|thai san|om|che do|le|mat)|di (cong tac|vang|hoc)|vang mat|khong co mat|trong ky nghi|"
    r"tham (gia|du) (khoa|lop|hoi|tap huan|dao tao)|o nuoc ngoai)"
)
_I_WILL_BE = r"\bi( am|'m|\u2019m| will be|'ll be)( currently| now)? "
ABSENCE_TEXT = any_of(
    r"out of (the )?office",
    f"{_I_WILL_BE}(away|ooo|on (annual |maternity |sick |parental |business )?(leave|trip|vacation|holiday))",
    f"{_SENTENCE_BEGINS}{_NOW}{_I_AM}{_AWAY}",
    r"vang mat (tai|o) (van phong|co quan|cong ty)",
)
"""The writer herself is away; mails about workers on leave are everyday business."""

LEFT_TEXT = any_of(
    f"{_SENTENCE_BEGINS}{_NOW}{_I_AM}(da )?(nghi viec|nghi huu|chuyen (cong tac|don vi|cong viec)|"
    r"khong con (cong tac|lam viec|lam))\b",
    r"\bi (no longer work|have left|am no longer (with|working|employed))",
    r"\bhas left (the )?(company|organi[sz]ation|office|team)",
    r"\bis no longer (with|working|employed)",
)
"""The writer has left: what such mailboxes answer by themselves."""

RETURN_TEXT = any_of(
    r"lien he",
    r"quay (tro )?lai",
    r"tro lai lam viec",
    r"(phan hoi|tra loi)( thu| e-?mail| anh/chi| anh chi| ban)? (som|sau|lai|ngay|cham)",
    r"se (phan hoi|tra loi)( \S+){0,2} khi (tro|quay)",
    r"(ho tro|truong hop|viec) gap",
    r"\btu (ngay )?\d{1,2}[/.-]\d{1,2}.{0,25}\bden\b",
    r"\bden (het )?(ngay |thang )?\d{1,2}([/.-]\d|\b)",
    r"\bcontact",
    r"\bdirect your (e-?mail|message|request)",
    r"upon my return",
    r"when i (return|am back)",
    r"get back to you",
    r"respond (to|as|when|upon)",
    r"limited access",
    r"urgent",
    r"return(ing)? on",
    r"\b(until|till|back (on|in)|from .{1,20} (to|until|through)) ",
)
"""What an absence notice says besides the absence; a person who writes in person rarely says both."""

IN_PERSON = any_of(
    r"\?",
    r"\b(de nghi|gia han|dau moi|kinh mong)\b",
    r"\bxin (phep|duoc|gui|nop|hoi|bao)\b",
    r"\bnho (anh|chi|ban|phong|cac)\b",
    r"\b(gui|nop|bo sung)( ho so| danh sach| to khai)? (cham|sau|muon|truoc)\b",
)
"""An absence in whose course somebody wants something of us: a person wrote that."""

READ_SUBJECT = beginning_with(
    r"(read|da doc|da xem|displayed|gelesen|lu)\s*:",
    r"(return|read) receipt",
    r"(bien nhan|xac nhan) da doc",
)
READ_TEXT = any_of(
    r"was (read|displayed)", r"has been (read|displayed)", r"da duoc (doc|hien thi|mo)", r"wurde .{0,40}gelesen"
)
DELAY_WORDS = any_of(
    r"\bdelay(ed)?\b",
    r"warning:",
    r"still (being )?(retr|try)",
    r"will (continue|keep) (to )?(try|retry|attempt)",
    r"will be retried",
    r"not (yet )?been delivered (yet|in|for|after)",
    r"has not yet",
    r"temporar(y|ily) (fail|unable|undeliver)",
    r"no action is required",
    r"se (tiep tuc |duoc )?(thu|gui) lai",
    r"tam thoi chua gui duoc",
)
TEMPORARY_TEXT = any_of(
    r"(over|exceed\w*|out of) .{0,30}(quota|allowed size|storage)",
    r"mailbox (is )?(full|over)",
    r"retry time(out| limit)",
    r"(connection|operation) timed out",
    r"\b4\d\d[ -]#?4\.\d{1,3}\.\d{1,3}\b",
    r"hop thu .{0,20}(da )?day\b",
    r"vuot (qua )?dung luong",
)
"""A failure without fields that time may heal."""
SAID_PERMANENT = any_of(r"\bpermanent(ly)?\b.{0,30}(fatal|delivery|failure)", r"loi vinh vien")
FAILURE_SUBJECT = any_of(
    r"undeliver",
    r"returned mail",
    r"return(ing|ed)? (message|to sender)",
    r"failure notice",
    r"failed mail",
    r"delivery.{0,25}(fail|unsuccessful|problem|error)",
    r"mail (delivery|system) (fail|error)",
    r"(mail|message) (not|could ?n.t be|cannot be) deliver",
    r"non-?deliver",
    r"user unknown",
    r"khong (the )?(gui|phat) duoc",
    r"khong the (gui|phat)",
    r"gui thu that bai",
    r"thu bi tra lai",
)
FAILURE_TEXT = any_of(
    r"(could not|couldn'?t|cannot|was not|not) be(en)? delivered",
    r"was not delivered",
    r"(unable|not able|failed) to deliver",
    r"undeliverable",
    r"error delivering",
    r"permanent (fatal )?error",
    r"delivery (has )?failed",
    r"mailbox (unavailable|is full|not found)",
    r"(user unknown|unknown user|no such user|not a valid (user|address)|invalid user)",
    r"does not exist",
    r"khong gui duoc",
    r"khong ton tai",
)
_LINK = r"(click|link|below|reply|visit|follow|button|https?:)"
_YOUR_MAIL = r"(thu|e-?mail|mail|tin nhan)( dien tu)? (cua|do) (ban|quy (vi|khach)|anh/chi|nguoi gui)"
_PRESS = r"(bam|nhap|nhan) (vao|chuot|chon|nut)|truy cap|https?:"
CHALLENGE_TEXT = any_of(
    r"requires confirmation",
    r"confirm this (mail|sender|message)",
    r"(confirm|verify) (that )?(you sent|your (e-?mail|message)).{0,60}(click|link|below|reply)",
    rf"(protected|guarded|screened|filtered) by .{{0,200}}{_LINK}.{{0,200}}(address|sender|deliver|verif|confirm)",
    r"(add|have)( \S+){0,3} (yourself|your (e-?mail )?address)( \S+){0,2} (added )?(to|on) .{0,60}list",
    r"(verif|confirm|prove)\w* (that )?(you are|you.re|yourself|your (e-?mail )?address).{0,120}"
    r"(deliver|robot|human|real person|inbox|receive)",
    r"your (message|e-?mail|mail)( \S+){0,4} (held|waitlisted|quarantined|pending|not be delivered until)"
    rf".{{0,250}}{_LINK}",
    rf"{_YOUR_MAIL}.{{0,250}}({_PRESS}).{{0,200}}(xac (nhan|minh|thuc)|danh sach (cho phep|an toan|tin cay))",
    rf"({_PRESS}).{{0,200}}(xac (nhan|minh|thuc)|danh sach (cho phep|an toan|tin cay)).{{0,120}}{_YOUR_MAIL}",
    r"xac (nhan|minh|thuc)( \S+){0,8} (khong phai( la)? (robot|may)|nguoi that)",
)
"""It asks the sender to prove that it is a person: about us, not about the recipient."""
AUTOMATIC_MARK = re.compile(
    r"^(?:(?:re|fwd?|tl)\s*:\s*)*[\[(*{<#]*\s*"
    r"(?:auto[- ]?(?:matically )?generated|automatic(?:ally)? (?:sent|generated)|system[- ]generated|automated"
    r"|(?:duoc |thu |tin )?(?:tao|gui|sinh|phat) tu dong|tu dong (?:tao|gui|sinh))\b"
    r"\s*(?:[\])*}>#:|-]|(?:e-?mail|message))"
)
"""A label before the subject, as machines set it that have no header for it."""
