"""What a mail server's refusal means: slow down, the mail is at fault, the address is, or only time helps.

The same words come at once, as the answer to a command of ours (RFC 5321), or later in a delivery report (RFC 3464).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from enum import StrEnum

from service.core.vietnam.phrases import any_of, folded

SLOW_CODE = re.compile(r"\b(421|432|450|451|452|429|503)\b")
CLASSES = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
RATE_WORDS = re.compile(
    r"\brate\b|ratelimit|throttl|too (many (mails|messages|connections|e-?mails)|much mail|fast|quickly|frequent)"
    r"|concurrent|slow(ing)? down|server busy|limit(s)? (exceeded|reached)|exceed\w* .{0,40}\b(limit|quota)|unusual",
    re.IGNORECASE,
)
ONE_RECIPIENT = re.compile(r"gr[ae]y-?list|mailbox|recipients? per|too many recipients", re.IGNORECASE)
"""A temporary refusal that concerns one recipient: greylisting, a full mailbox (RFC 6647, RFC 3463 X.2.x)."""
RATE_CLASSES = frozenset({(7, 28), (7, 500), (7, 501), (7, 650), (5, 127)})
"""Gmail 4.7.28, Microsoft 4.7.500, 4.7.501, 4.7.650 and 4.5.127: we send too much."""


class Blame(StrEnum):
    """Why a mail did not reach a recipient."""

    TIME = "time"
    """A full mailbox, a server that was away: the address is good, and another try may help."""
    MAIL = "mail"
    """Size, content, policy, our own standing: the address is good, the same mail will be refused again."""
    ADDRESS = "address"
    """Nobody is there."""


_SENDER = any_of(
    r"\bsender\b.{0,60}(reject|denied|refus|unknown|verif|invalid|not exist|not found|domain|block|unauth)",
    r"\b(client|sending) (host|server|ip)\b|(unknown|invalid|bad) (sender|client)",
    r"\b(spf|dkim|dmarc|rdns|ptr)\b",
    r"(black|block|deny) ?list|\bdnsbl\b|\brbl\b|spamhaus",
    r"nguoi gui .{0,40}(khong|bi tu choi|bi chan)",
)
"""We are not welcome; the recipient's address may stand in the same sentence."""
_FULL = any_of(
    r"\bquota\b",
    r"(mail ?box|inbox|account|user|storage|disk)( \S+){0,4} (is |was )?(almost )?(full|exceed\w*|over)\b",
    r"full (mail|in)box",
    r"(over|exceed\w*|out of) .{0,30}(storage|allowed size|mailbox (size|limit))",
    r"mailbox size limit",
    r"insufficient (disk |system |mailbox )?(storage|space)",
    r"(hop thu|hom thu|dung luong)( \S+){0,6} (bi )?day\b",
    r"(vuot|het)( qua)? (han muc|dung luong)",
    r"day (hop thu|dung luong)",
)
_WAITED = any_of(
    r"retry time(out| not reached| limit)",
    r"\b(connection|connect|operation|session) (was )?(timed out|refused|reset)",
    r"(delivery|message|retry|queue)( time| lifetime)? (has )?(expired|limit)",
    r"(het|qua) (thoi gian|thoi han|han)( \S+){0,2} (gui|cho|giu)",
    r"khong (the )?ket noi",
)
_NOBODY = any_of(
    r"(user|recipient|mail ?box|account|address(ee)?|person|alias)( \S+){0,3} (is )?(unknown|not known|not found"
    r"|does ?n.?t exist|does not exist|not exist|not listed|unavailable|not available|disabled|inactive|suspended"
    r"|closed|deactivated|deleted|terminated|locked|invalid|no longer)",
    r"(unknown|no such|invalid|nonexistent|non-existent|inactive|disabled|not a valid|bad|no) "
    r"(\S+ )?(user|recipient|mail ?box|account|address|destination|person|alias)",
    r"\S+@\S+ (does not|doesn.t) exist|user (does not|doesn.t) have an? .{0,60}account|invalid .{0,20}user ?id",
    r"not a mail address|takes no address",  # words of our own sender
    r"no mailbox (here )?by that name|not our customer|no longer (works|employed|with us)",
    r"(recipient|rcpt)( address)? rejected|unrouteable|unroutable",
    r"(host|domain)( name)?( \S+){0,2} (is )?(unknown|not found|does not exist|doesn.t exist)|unknown (host|domain)",
    r"nguoi (nhan|dung)( \S+){0,6} khong (ton tai|hop le|tim thay)",
    r"(dia chi|hop thu|hom thu|tai khoan|ten mien)( \S+){0,8} (khong (con )?(ton tai|hop le|tim thay|hoat dong|co)"
    r"|(da |bi )+(khoa|xoa|vo hieu|dong|ngung))",
    r"khong (co|tim thay) (nguoi (dung|nhan)|dia chi|hop thu|hom thu|tai khoan)",
)
_MAIL = any_of(
    r"content|\bspam|\bjunk|virus|malware|polic(y|ies)|prohibit|administrativ|filter|attach|classified|\bbulk\b",
    r"unsolicited|suspicious|too (big|large|long)|\bsize\b|reputation|blocked|banned|relay|transaction failed",
    r"(message|mail|e-?mail)( \S+){0,2} (reject|refus|denied|not accepted|contains)",
    r"thu rac|noi dung|dinh kem|qua lon|kich thuoc|chinh sach|vi ?rut|ma doc",
)
_TAKEN = any_of(r"end of data", r"(in reply to|after)( the| sending)? data\b", r"<<< data\b", r">>> data\b")
"""A report says at which command the other server refused."""
_NAMED = re.compile(r"(?<![\d.])(55[013])(?![\d.]*\d)")
"""The replies by which a server says that it has no such mailbox (RFC 5321 §4.2.2)."""
_CODE = re.compile(rf"(?<![\d.])([45])\d\d(?!\.?\d)|{CLASSES.pattern}")


def asks_to_slow_down(said: str) -> bool:
    """Whether a temporary refusal is about how much we send, so that sending anything else makes it worse."""
    code = SLOW_CODE.search(said)
    if code is None or ONE_RECIPIENT.search(said):
        return False
    classes = _classes(said)
    if any(subject in (1, 2) for subject, _ in classes):  # about an address or a mailbox
        return False
    return code[0] in ("421", "429") or bool(classes & RATE_CLASSES) or bool(RATE_WORDS.search(said))


def blame(said: str, *, recipient_taken: bool = False) -> Blame:
    """What a final refusal blames. `recipient_taken`: the server had taken the address before it refused.

    Where the words leave it open, nobody's address is blamed: HR hears of the mail, and the next one may go.
    """
    words, classes = folded(said), _classes(said)
    for reason, applies in _REASONS:
        if applies(words, classes):
            return reason
    if recipient_taken or _TAKEN.search(words) or not _NAMED.search(words):
        return Blame.MAIL
    return Blame.ADDRESS


def class_of_reply(said: str) -> str:
    """4 or 5: the class of the first code in what a server said; empty without one."""
    found = _CODE.search(said)
    return (found[1] or found[2]) if found else ""


def _classes(said: str) -> set[tuple[int, int]]:
    return {(int(subject), int(detail)) for _, subject, detail in CLASSES.findall(said)}


_Reason = Callable[[str, Set[tuple[int, int]]], bool]
_REASONS: tuple[tuple[Blame, _Reason], ...] = (
    (Blame.MAIL, lambda words, classes: bool(classes & {(1, 7), (1, 8)} or _SENDER.search(words))),
    (Blame.TIME, lambda words, classes: bool(classes & {(2, 2), (4, 7)} or _FULL.search(words))),
    (Blame.MAIL, lambda _, classes: bool(classes & {(2, 3), (2, 4), (3, 4)})),
    (Blame.ADDRESS, lambda words, classes: bool(_about(classes, 1) or classes & {(2, 1), (4, 4)})),
    (Blame.ADDRESS, lambda words, _: bool(_NOBODY.search(words))),
    (Blame.MAIL, lambda words, classes: bool(_about(classes, 3, 5, 6, 7) or _MAIL.search(words))),
    (Blame.TIME, lambda words, classes: bool(_about(classes, 4) or _WAITED.search(words))),
)
"""Read from the top. The enhanced status (RFC 3463): X.1 address, X.2 mailbox, X.4 network, X.6 content, X.7 policy."""


def _about(classes: Set[tuple[int, int]], *subjects: int) -> bool:
    return any(subject in subjects for subject, _ in classes)
