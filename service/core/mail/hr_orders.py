"""HR's mail taken apart: which lines are orders, which are words, and which orders are left undone and must be said.

An order is plain or it is none: "Bỏ qua 3 người đã nghỉ" waives nothing, and "Gia hạn U03 đến 20/05 thì không được"
gives no time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from service.core.mail.commands import MOST_ORDERS, Command, Order, cleaned, is_salutation, order_on
from service.core.vietnam.phrases import any_of
from service.core.vietnam.text import fold

NAMING_A_UNIT = frozenset(
    {Command.STATUS, Command.EXTEND, Command.PAUSE, Command.RESUME, Command.REMIND, Command.CONTACT}
)
NUMBERED = frozenset({Command.ACCEPT, Command.REJECT, Command.WAIVE})
_COUNTED = re.compile(
    r"^\s*(/|ngay|hom|buoi|tuan|thang|nam\b|gio|lan\b|nguoi|dong chi|to\b|bo\b|ho so|truong hop|don vi|"
    r"phong|muc|y kien|dong\b|nhan vien|can bo|lao dong)"
)
"""What follows a number that counts things and names none; `BỎ QUA 3: người đã nghỉ` names one."""
_DAY = re.compile(r"(?<!\d)\d{1,2}\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{2,4})?(?!\d)")
_AROUND_A_DAY = re.compile(
    r"^(them|den|toi|het|ngay|han|thoi|moi|sang|la|cho|thu|hai|ba|tu|nam|sau|bay|[2-7]|[\s:,;.()-])*$"
)
_REASON = re.compile(r"^[\s,;.:(-]*(vi|do|ly do|theo|de)\b")
_COURTESY = re.compile(
    r"^[\s,;.:!()-]*((a|nhe|nha|giup|em|toi|chi|voi|cam on|xin|please|thanks|don vi nay)[\s,;.!]*)*$"
)
_CONDITION = any_of(r"\?", r"\b(nhung|neu|tru|ngoai tru|chi khi)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What HR's mail orders and says."""

    orders: tuple[Order, ...] = ()
    words: str = ""
    """Every line that is no order."""
    too_many: tuple[str, ...] = ()
    """Orders beyond `MOST_ORDERS`, as HR wrote them."""
    too_late: tuple[str, ...] = ()
    """Bare words such as "DUYỆT" below other words: perhaps an order, perhaps the end of a sentence."""


def heard(text: str, codes: Collection[str]) -> Heard:
    """A mail of orders: at its beginning any, below other words what names its unit or number. `codes`: of units."""
    lines = text.splitlines()
    found: list[tuple[Order, str]] = []
    words: list[str] = []
    too_late: list[str] = []
    at_beginning, place = True, 0
    while place < len(lines):
        line = lines[place]
        order = order_on(line, from_hr=True)
        place += 1
        if order is not None and order.command is Command.ANSWER:
            order, place = _with_text(order, line, lines, place, codes)
        if order is not None and (at_beginning or is_whole(order, codes)):
            found.append((order, line))
        elif order is not None and _is_shouted(line):
            too_late.append(line.strip())
        else:
            words.append(line)
            at_beginning = at_beginning and (not cleaned(line) or is_salutation(line))
    return _limited(found, words, too_late)


def heard_beside_answer(text: str, codes: Collection[str], *, also: Callable[[Order], bool]) -> Heard:
    """HR's reply to a forwarded question: all of it is for the unit, but lines that are an order naming unit or task.

    `also`: further orders that the mail which HR answers had asked for.
    """
    lines = text.splitlines()
    found: list[tuple[Order, str]] = []
    words: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        order = order_on(line, from_hr=True)
        place += 1
        if order is not None and order.command is Command.ANSWER:
            order, place = _with_text(order, line, lines, place, codes)
        if order is not None and (_names_its_matter(order, codes) or also(order)):
            found.append((order, line))
        else:
            words.append(line)
    return _limited(found, words, [])


def _names_its_matter(order: Order, codes: Collection[str]) -> bool:
    return _names_a_unit(order, codes) or order.command is Command.ANSWER or order.task is not None


def _with_text(order: Order, line: str, lines: list[str], place: int, codes: Collection[str]) -> tuple[Order, int]:
    """ "TRẢ LỜI 12: …" and the lines below it, up to the next order."""
    said = [line.partition(":")[2].strip()]
    while place < len(lines) and not _ends_an_answer(lines[place], codes):
        said.append(lines[place].rstrip())
        place += 1
    return Order(order.command, order.argument, text="\n".join(said).strip()), place


def _ends_an_answer(line: str, codes: Collection[str]) -> bool:
    order = order_on(line, from_hr=True)
    if order is None:
        return False
    return order.command is Command.ANSWER or is_whole(order, codes) or (not order.argument and _is_shouted(line))


def _limited(found: list[tuple[Order, str]], words: list[str], too_late: list[str]) -> Heard:
    return Heard(
        orders=tuple(order for order, _ in found[:MOST_ORDERS]),
        words="\n".join(words).strip(),
        too_many=tuple(line.strip() for _, line in found[MOST_ORDERS:]),
        too_late=tuple(too_late),
    )


def is_whole(order: Order, codes: Collection[str]) -> bool:
    """Whether it names what it decides and says nothing else that could change it."""
    if order.task is not None:
        return True
    if order.command in NUMBERED:
        return bool(order.numbers) and not counts_things(order) and not has_condition(order)
    return order.command is Command.ANSWER or _names_a_unit(order, codes)


def _names_a_unit(order: Order, codes: Collection[str]) -> bool:
    if order.command not in NAMING_A_UNIT or order.first_word.lower() not in codes:
        return False
    if order.command is Command.CONTACT:
        return "@" in order.after_first_word
    if order.command is Command.EXTEND:
        return is_plain_extension(order)
    return is_nothing_more(order)


def counts_things(order: Order) -> bool:
    """ "CHẤP NHẬN 2 ngày nhé": the number names no form. "CHẤP NHẬN số 2" and "CHẤP NHẬN 2: …" do."""
    folded = fold(order.argument)
    after = re.sub(r"^#?\d+(?:\s*[-,]\s*\d+)*", "", folded)
    return after != folded and _COUNTED.match(after) is not None


def has_condition(order: Order) -> bool:
    """Accepting half of a thing accepts nothing; a reason to refuse or to waive may say anything."""
    return order.command is Command.ACCEPT and _CONDITION.search(fold(order.after_number)) is not None


def is_plain_extension(order: Order) -> bool:
    """One day, and nothing around it but a reason."""
    parts = _DAY.split(fold(order.after_first_word))
    if len(parts) != 2:
        return False
    before, after = parts
    plain = _COURTESY.match(after) or (_REASON.match(after) and not _CONDITION.search(after))
    return _AROUND_A_DAY.match(before) is not None and plain is not None and bool(plain)


def is_nothing_more(order: Order) -> bool:
    """Nothing stands after the unit's code."""
    return _COURTESY.match(fold(order.after_first_word)) is not None


def _is_shouted(line: str) -> bool:
    """A command word in capitals, as our mails offer them."""
    first = " ".join(cleaned(line).split()[:2])
    return first.isupper()
