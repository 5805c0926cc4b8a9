"""Old Office containers (OLE2): their names and streams, and files that state of themselves what is not so."""

from __future__ import annotations

import struct

import pytest

from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.files.compound import CompoundFile
from tests.support.papers.hostile_files import compound_file, directory_of

pytestmark = pytest.mark.timeout(20)  # what runs round and round must fail here, not fill the memory for minutes
SECTOR = 512
TABLE_COUNT, SHIFT, DIRECTORY, SMALL_TABLE, SMALL_COUNT, MORE_TABLES, MORE_COUNT = 44, 30, 48, 60, 64, 68, 72
FIRST_TABLE = 76
WHOLE = compound_file({"Workbook": bytes(range(256)) * 20, "nhỏ": b"x" * 100, "kho": {"lớn": b"y" * 5000, "nhỏ": b"z"}})


def number(content: bytes, at: int) -> int:
    """A number of four bytes."""
    return int.from_bytes(content[at : at + 4], "little")


def changed(content: bytes, *numbers: tuple[int, int]) -> bytes:
    """With other numbers (of four bytes) at some places."""
    written = bytearray(content)
    for at, value in numbers:
        struct.pack_into("<I", written, at, value)
    return bytes(written)


def entry_of(name: str, content: bytes = WHOLE) -> int:
    """Where the entry of a stream stands."""
    return content.index(name.encode("utf-16-le") + b"\0\0")


def next_sector(sector: int, content: bytes = WHOLE) -> int:
    """Where the table says what follows a sector."""
    return (number(content, FIRST_TABLE) + 1) * SECTOR + sector * 4


def refusal(content: bytes) -> Problem | None:
    """Why a container with a stream called Workbook is refused, when it is."""
    try:
        CompoundFile(content).read(("Workbook",))
    except UnreadableFile as error:
        return error.problem
    return None


def test_streams_large_and_small_are_read_wherever_they_lie() -> None:
    """At the top and in a storage, in sectors of their own and in pieces of 64 bytes."""
    container = CompoundFile(WHOLE)
    assert sorted(container.names()) == ["Workbook", "kho", "nhỏ"]
    assert sorted(container.names(("kho",))) == ["lớn", "nhỏ"]
    assert container.read(("Workbook",)) == bytes(range(256)) * 20
    assert container.read(("nhỏ",)) == b"x" * 100
    assert container.read(("kho", "lớn")) == b"y" * 5000
    assert container.read(("kho", "nhỏ")) == b"z"


def test_an_empty_stream_is_empty_and_a_storage_is_no_stream() -> None:
    """Nothing to read is nothing wrong."""
    container = CompoundFile(compound_file({"rỗng": b"", "kho": {"a": b"b"}}))
    assert container.read(("rỗng",)) == b""
    with pytest.raises(UnreadableFile):
        container.read(("kho",))


SMALL = compound_file({"Workbook": bytes(3000)})
FIRST_SMALL = number(SMALL, entry_of("Root Entry", SMALL) + 116)
SIZE_OF_WORKBOOK = entry_of("Workbook") + 120
SIZE_OF_SMALL = entry_of("Root Entry") + 120
FIRST_OF_WORKBOOK = number(WHOLE, entry_of("Workbook") + 116)


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("a stream's sectors run in circles", changed(WHOLE, (next_sector(FIRST_OF_WORKBOOK + 1), FIRST_OF_WORKBOOK))),
        (
            "a stream states four gigabytes, in circles",
            changed(WHOLE, (SIZE_OF_WORKBOOK, 0xFFFFFFF0), (next_sector(FIRST_OF_WORKBOOK), FIRST_OF_WORKBOOK)),
        ),
        (
            "the directory runs in circles",
            changed(WHOLE, (next_sector(number(WHOLE, DIRECTORY)), number(WHOLE, DIRECTORY))),
        ),
        (
            "the small streams run in circles",
            changed(SMALL, (next_sector(FIRST_SMALL, SMALL), FIRST_SMALL)),
        ),
        (
            "a small stream runs in circles",
            changed(SMALL, ((number(SMALL, SMALL_TABLE) + 1) * SECTOR, 0)),
        ),
        ("the directory lies outside the file", changed(WHOLE, (DIRECTORY, 5_000_000))),
        (
            "the list of tables runs in circles, billions long",
            changed(
                WHOLE + struct.pack("<128I", *[0] * 127, len(WHOLE) // SECTOR - 1),
                (TABLE_COUNT, 109 + 127 * 30_000_000),
                (MORE_TABLES, len(WHOLE) // SECTOR - 1),
                (MORE_COUNT, 30_000_000),
            ),
        ),
        ("sectors of unheard-of size", changed(WHOLE, (SHIFT, 0x0006FFFF))),
        ("nothing but a head", WHOLE[:SECTOR]),
        ("less than a head", WHOLE[:100]),
    ],
)
def test_a_file_that_would_be_read_for_ever_is_damaged(what: str, content: bytes) -> None:
    """Circles, and sectors that are not there."""
    assert refusal(WHOLE) is None
    assert refusal(content) is Problem.CORRUPT, what


def test_a_size_that_is_not_so_ends_with_the_sectors() -> None:
    """Some programs state more than they wrote; four gigabytes cost nothing."""
    stated = changed(WHOLE, (SIZE_OF_WORKBOOK, 0xFFFFFFFF), (SMALL_COUNT, 0xFFFFFFF0), (SIZE_OF_SMALL, 0xFFFFFFF0))
    container = CompoundFile(stated)
    assert container.read(("Workbook",)) == bytes(range(256)) * 20
    assert container.read(("nhỏ",)) == b"x" * 100
    early = changed(WHOLE, (next_sector(FIRST_OF_WORKBOOK + 1), 0xFFFFFFFE))
    assert CompoundFile(early).read(("Workbook",)) == bytes(range(256)) * 4


def test_a_file_cut_off_anywhere_is_damaged() -> None:
    """The tables lie at the end of this one."""
    assert {refusal(WHOLE[:length]) for length in range(8, len(WHOLE) - 1, 97)} == {Problem.CORRUPT}


def test_a_storage_that_holds_itself_is_gone_through_once() -> None:
    """The root as its own child: its names are read, and nothing goes round."""
    container = CompoundFile(changed(WHOLE, (entry_of("Root Entry") + 76, 0)))
    assert container.names() == ("Root Entry",)


def test_a_directory_of_many_entries_is_read_and_one_of_too_many_refused() -> None:
    """Entries in a balanced tree, as programs write them; twenty thousand are the most."""
    assert len(CompoundFile(directory_of(19_000)).names()) == 19_000
    with pytest.raises(UnreadableFile) as refused:
        CompoundFile(directory_of(30_000))
    assert refused.value.problem is Problem.TOO_MANY


def test_entries_that_hang_on_each_other_in_one_long_line_are_refused() -> None:
    """No program writes a directory of thousands in such an order."""
    assert refusal(compound_file({f"n{number}": b"" for number in range(5000)})) is Problem.CORRUPT
