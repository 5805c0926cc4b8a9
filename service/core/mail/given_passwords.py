"""Passwords that a sender writes for her locked files: found, and taken out of the words that go on from here.

A password opens files and is kept nowhere: once the mail is read, its words show `***` where the password stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from service.core.mail.messages import Message

HIDDEN = "***"
MOST = 4
"""Lines that are believed; every try costs time."""
MOST_WORDS, LONG = 4, 6
"""Words of one password; letters from which it is hidden outside its own line too."""
_WORD = r"(?:mật\s*khẩu|mat\s*khau|pass\s*word|passcode|pass|mk|pwd|pw)"
_STATED = re.compile(
    rf"(?<!\w){_WORD}(?!\w)[^:=\n?]{{0,30}}?(?:[:=]|\s(?:là|la|is)\s)\s*(?P<said>\S[^\n]{{0,80}})", re.IGNORECASE
)
"""`Mật khẩu mở tệp: …`, `mk = …`, `password is …`."""
_BARE = re.compile(rf"^\W*{_WORD}\s+(?P<said>(?=\S*[\d\W_])\S{{3,60}})\s*$", re.IGNORECASE)
"""`mk abc123` as a whole line; a word without a digit or sign there is a sentence ("mật khẩu sai")."""
_QUOTES = "\"'“”‘’«»`"


def with_passwords_apart(message: Message) -> Message:
    """The mail with its new words' passwords in a field of their own, and hidden wherever else it repeats them."""
    lines = [*message.subject.splitlines(), *message.new_text.splitlines()[:400]]
    said = tuple(dict.fromkeys(each for line in lines if (each := _said_in(line))))[:MOST]
    if not said:
        return message
    return replace(
        message,
        subject=_hidden(message.subject, said),
        text=_hidden(message.text, said),
        new_text=_hidden(message.new_text, said),
        headers=_hidden_headers(message.headers, said),
        passwords=tuple(dict.fromkeys(variant for each in said for variant in _variants(each))),
    )


def _said_in(line: str) -> str | None:
    """What follows the word. A question states nothing, and a whole sentence at most a password at its beginning."""
    found = _STATED.search(line[:400]) or _BARE.match(line[:400])
    if found is None or line.rstrip().endswith("?"):
        return None
    said = found["said"].strip()
    first = said.split(maxsplit=1)[0]
    if len(said.split()) <= MOST_WORDS:
        return said
    return first if re.search(r"\d", first) else None


def _variants(said: str) -> Iterator[str]:
    """As written, without the quotation marks or the full stop that belong to the sentence, and its first word."""
    for each in (said, said.split(maxsplit=1)[0]):
        yield each
        yield each.rstrip(".,;").strip(_QUOTES)


def _hidden(text: str, said: tuple[str, ...]) -> str:
    """Hidden in the lines that state it; a long one, which is no common word, wherever it stands."""
    return "\n".join(_hidden_in_line(line, said) for line in text.split("\n"))


def _hidden_in_line(line: str, said: tuple[str, ...]) -> str:
    own = _said_in(line)
    for each in sorted({*said, *((own,) if own else ())}, key=len, reverse=True):
        if each == own or len(each) >= LONG:
            line = line.replace(each, HIDDEN)
    return line


def _hidden_headers(headers: Mapping[str, tuple[str, ...]], said: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    subject = {"subject", "thread-topic"}
    return {
        name: tuple(_hidden(value, said) for value in values) if name in subject else values
        for name, values in headers.items()
    }
