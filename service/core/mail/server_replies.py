"""What a mail server's refusal means: slow down, the mail itself is at fault, or the address is."""

from __future__ import annotations

import re

SLOW_CODE = re.compile(r"\b(421|432|450|451|452|429|503)\b")
CLASSES = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
RATE_WORDS = re.compile(
    r"\brate\b|ratelimit|throttl|too (many (mails|messages|connections|e-?mails)|much mail|fast|quickly|frequent)"
    r"|concurrent|slow(ing)? down|server busy|limit(s)? (exceeded|reached)|exceed\w* .{0,40}\b(limit|quota)|unusual",
    re.IGNORECASE,
)
ONE_RECIPIENT = re.compile(r"gr[ae]y-?list|mailbox|recipients? per|too many recipients", re.IGNORECASE)
"""A temporary refusal that concerns one recipient: greylisting, a full mailbox (RFC 6647, RFC 3463 X.2.x)."""
RATE_CLASSES = frozenset({(7, 28), (7, 500), (7, 501), (7, 650), (5, 127)})
"""Gmail 4.7.28, Microsoft 4.7.500, 4.7.501, 4.7.650 and 4.5.127: we send too much."""

SIZE_CLASSES = frozenset({(2, 3), (3, 4)})
SIZE_WORDS = re.compile(r"too (big|large|long)|size|exceeds", re.IGNORECASE)
ADDRESS_WORDS = re.compile(r"recipient|user|mailbox|address|account|relay", re.IGNORECASE)


def asks_to_slow_down(said: str) -> bool:
    """Whether a temporary refusal is about how much we send, so that sending anything else makes it worse."""
    code = SLOW_CODE.search(said)
    if code is None or ONE_RECIPIENT.search(said):
        return False
    classes = _classes(said)
    if any(subject in (1, 2) for subject, _ in classes):  # about an address or a mailbox
        return False
    return code[0] in ("421", "429") or bool(classes & RATE_CLASSES) or bool(RATE_WORDS.search(said))


def blames_the_mail(said: str) -> bool:
    """Whether a final refusal is about this mail (size, content, policy): the address is as good as before."""
    classes = _classes(said)
    if classes & SIZE_CLASSES or any(subject == 6 for subject, _ in classes):
        return True
    if any(subject == 7 for subject, _ in classes):
        return not ADDRESS_WORDS.search(said)
    return said.startswith(("552", "554")) and not classes and not ADDRESS_WORDS.search(SIZE_WORDS.sub("", said))


def _classes(said: str) -> set[tuple[int, int]]:
    return {(int(subject), int(detail)) for _, subject, detail in CLASSES.findall(said)}
