"""Authentication-Results by RFC 8601: which fields are our own server's, and what they say, method by method.

A sender chooses much of what stands in them (an envelope sender may be `"a; dmarc=pass b"@evil.example`), so they are
taken apart by the grammar: comments nest, quoted strings hold anything, and what is not understood proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

RESULTS = "authentication-results"
METHODS = frozenset({"dmarc", "dkim", "spf"})
"""The methods that say who wrote. ARC repeats what others found: it is not among them."""

LONGEST = 8_000
"""Characters of a field; in a longer one only failures are looked for."""

_BETWEEN = re.compile(r"(?:received-spf|return-path|delivered-to|x-.*|arc-.*|[a-z]+-filter)\Z")
"""Fields that servers and their filters write beside their results; any other one was written by those before."""
_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]+)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r'[^\s()";=]+')
_FAILURE = re.compile(r"\b(dmarc)\s*=\s*(fail)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one method found. `clean`: understood to the end, so that a `pass` may count."""

    method: str
    result: str
    properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`header.d`, `smtp.mailfrom` and so on: names in lower case."""
    clean: bool = True


def own_results(fields: Sequence[tuple[str, str]], authserv_id: str | None) -> tuple[str, ...]:
    """The results that our own server wrote: those above the first line of anybody else's (RFC 8601 §5, §7.1).

    `fields`: names in lower case and values, from the top. Filters write a field each, one below the other.
    """
    own: list[str] = []
    for name, value in fields if authserv_id else ():
        if name == RESULTS and server_of(value) == str(authserv_id).lower():
            own.append(value)
        elif _ends(name, value, fields, str(authserv_id), begun=bool(own)):
            break
    return tuple(own)


def _ends(name: str, value: str, fields: Sequence[tuple[str, str]], authserv_id: str, *, begun: bool) -> bool:
    """Whether from this field on others have written."""
    if name == RESULTS:
        return True
    if name == "received":
        return begun or _is_foreign(value, fields, authserv_id)
    return begun and not _BETWEEN.match(name)


def _is_foreign(received: str, fields: Sequence[tuple[str, str]], authserv_id: str) -> bool:
    """Written by a server which is neither of the house of the uppermost line, ours in any case, nor of our own."""
    first = next(_by(value) for name, value in fields if name == "received")
    host = _by(received)
    is_name = "." in host and ":" not in host and not host.replace(".", "").isdigit()
    return is_name and not any(f".{host}".endswith(f".{_house(own)}") for own in (authserv_id.lower(), first))


def _by(received: str) -> str:
    found = _BY.search(_without_comments(received))
    return found[1].lower() if found else ""


def _house(host: str) -> str:
    """The domain in which a server stands: `office.example` of `mx.office.example`."""
    return host.partition(".")[2] if host.count(".") >= 2 else host


def server_of(value: str) -> str:
    """The authserv-id of a field, lower case; empty for a version of the field that we do not know."""
    words = _without_comments(value).partition(";")[0].split()
    known = len(words) == 1 or words[1:] == ["1"]
    return words[0].strip('"').lower() if known else ""


def findings(value: str) -> tuple[Finding, ...]:
    """What the field says of the methods we know. A field with a quote or comment left open only counts against."""
    pieces = list(_pieces(value[:LONGEST]))
    if len(value) > LONGEST or any(piece.kind == "broken" for piece in pieces):
        failed = _FAILURE.findall(value)
        return tuple(Finding(method=method.lower(), result=said.lower(), clean=False) for method, said in failed)
    statements = list(_statements(pieces))[1:]
    read = (_finding(statement) for statement in statements)
    return tuple(found for found in read if found is not None)


@dataclass(frozen=True, slots=True)
class _Piece:
    """`kind`: word, quoted, broken, or the sign itself. `apart`: whether a blank or a comment stands before it."""

    kind: str
    text: str
    apart: bool


def _pieces(value: str) -> Iterator[_Piece]:
    position, apart = 0, False
    while position < len(value):
        start = position
        position, kind = _next(value, start)
        if not position:
            yield _Piece("broken", value[start:], apart)
            return
        if kind:
            text = _unquoted(value[start + 1 : position - 1]) if kind == "quoted" else value[start:position]
            yield _Piece(kind, text, apart)
        apart = not kind


def _next(value: str, start: int) -> tuple[int, str]:
    """Where the piece ends that begins here (0: nowhere), and its kind; no kind for blanks and comments."""
    letter = value[start]
    if letter.isspace():
        return start + 1, ""
    if letter == "(":
        return _end_of_comment(value, start), ""
    if letter == '"':
        return _end_of_quote(value, start), "quoted"
    word = _WORD.match(value, start)
    return (word.end(), "word") if word else (start + 1, letter)


def _end_of_comment(value: str, position: int) -> int:
    """Behind the closing bracket; 0 when there is none."""
    depth = 0
    while position < len(value):
        letter = value[position]
        if letter == "\\":
            position += 1
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if not depth:
                return position + 1
        position += 1
    return 0


def _end_of_quote(value: str, position: int) -> int:
    """Behind the closing quote; 0 when there is none."""
    position += 1
    while position < len(value):
        if value[position] == '"':
            return position + 1
        position += 2 if value[position] == "\\" else 1
    return 0


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", _SPACE.sub(" ", text))


def _without_comments(text: str) -> str:
    value = text[:LONGEST]
    spans, position = [0], 0
    while (start := value.find("(", position)) >= 0:
        position = _end_of_comment(value, start) or len(value)
        spans += [start, position]
    spans.append(len(value))
    return " ".join(value[start:end] for start, end in list(pairwise(spans))[::2])


def _statements(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    statement: list[_Piece] = []
    for piece in pieces:
        if piece.kind == ";":
            yield statement
            statement = []
        else:
            statement.append(piece)
    yield statement


def _finding(statement: Sequence[_Piece]) -> Finding | None:
    """`method[/version]=result [reason=…] [ptype.property=value …]`; None for other methods."""
    pairs = list(_pairs(statement))
    if not pairs:
        return None
    (named, result), *rest = pairs
    method, _, version = named.partition("/")
    if method not in METHODS:
        return None
    properties: dict[str, tuple[str, ...]] = {}
    for name, value in rest:
        properties[name] = (*properties.get(name, ()), value)
    understood = version in ("", "1") and all(name and name not in METHODS for name in properties)
    return Finding(method=method, result=result.lower(), properties=properties, clean=understood)


def _pairs(statement: Sequence[_Piece]) -> Iterator[tuple[str, str]]:
    """Name and value of each `=`; an empty name for what is none."""
    rest = list(statement)
    while rest:
        words = list(takewhile(lambda piece: piece.kind == "word", rest))
        rest = rest[len(words) :]
        name = "".join(piece.text for piece in words).lower()
        if not rest or rest.pop(0).kind != "=":
            yield "", name
            continue
        value = [*rest[:1], *takewhile(lambda piece: not piece.apart, rest[1:])]
        rest = rest[len(value) :]
        yield name, "".join(piece.text for piece in value)
