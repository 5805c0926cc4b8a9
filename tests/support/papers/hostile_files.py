"""Files that ordinary libraries do not write: compound files, locked zips, winmail.dat. For tests only."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

Tree = Mapping[str, "bytes | Tree"]
_END, _FREE, _TABLE, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR, _PIECE, _SMALL_BELOW = 512, 64, 4096


@dataclass
class _Node:
    """A directory entry. Siblings hang on each other's right side: a tree all the same."""

    name: str
    kind: int
    content: bytes = b""
    child: int = _NONE
    left: int = _NONE
    right: int = _NONE
    start: int = 0


class _Disk:
    """Sectors and the table of what follows what."""

    def __init__(self) -> None:
        self.sectors: list[bytes] = []
        self.table: list[int] = []

    def add(self, content: bytes, fill: bytes = b"\0") -> int:
        """Adds content in sectors of its own; returns the first."""
        if not content:
            return _END
        start, count = len(self.table), -(-len(content) // _SECTOR)
        padded = content.ljust(count * _SECTOR, fill)
        self.sectors += [padded[place : place + _SECTOR] for place in range(0, len(padded), _SECTOR)]
        self.table += [*range(start + 1, start + count), _END]
        return start


def compound_file(tree: Tree) -> bytes:
    """A compound file (OLE2) with these streams and storages; small streams lie where the format wants them."""
    nodes = [_Node("Root Entry", 5)]
    _add_nodes(nodes, 0, tree)
    return _written(nodes)


def directory_of(count: int) -> bytes:
    """A compound file with so many empty streams at the top, their entries in a balanced tree."""
    nodes = [_Node("Root Entry", 5), *(_Node(f"n{number}", 2, start=_END) for number in range(count))]
    nodes[0].child = _hang(nodes, 1, count + 1)
    return _written(nodes)


def _hang(nodes: list[_Node], first: int, end: int) -> int:
    """Makes a tree of some of the nodes; returns its root."""
    if first >= end:
        return _NONE
    middle = (first + end) // 2
    nodes[middle].left, nodes[middle].right = _hang(nodes, first, middle), _hang(nodes, middle + 1, end)
    return middle


def _written(nodes: list[_Node]) -> bytes:
    disk = _Disk()
    small_start, small_sectors = _place(nodes, disk)
    directory_start = disk.add(b"".join(_entry(node) for node in nodes))
    count = -(-(len(disk.table) + 1) * 4 // _SECTOR)
    places = [*range(len(disk.table), len(disk.table) + count)]
    numbers = [*disk.table, *[_TABLE] * count]
    table = struct.pack(f"<{len(numbers)}I", *numbers).ljust(count * _SECTOR, b"\xff")
    places_head = struct.pack("<109I", *places, *[_FREE] * (109 - count))
    head = struct.pack("<8s16xHHHHH6x", bytes.fromhex("d0cf11e0a1b11ae1"), 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, count, directory_start, 0, _SMALL_BELOW, small_start, small_sectors, _END, 0)
    return head + places_head + b"".join(disk.sectors) + table


def _add_nodes(nodes: list[_Node], parent: int, tree: Tree) -> None:
    previous = 0
    for name, content in tree.items():
        number = len(nodes)
        nodes.append(_Node(name, 2, content) if isinstance(content, bytes) else _Node(name, 1))
        if previous:
            nodes[previous].right = number
        else:
            nodes[parent].child = number
        previous = number
        if not isinstance(content, bytes):
            _add_nodes(nodes, number, content)


def _place(nodes: list[_Node], disk: _Disk) -> tuple[int, int]:
    """Gives every stream its start; returns where the table of small pieces begins, and its number of sectors."""
    pieces, small_table = b"", list[int]()
    for node in nodes:
        if node.kind == 2 and len(node.content) >= _SMALL_BELOW:
            node.start = disk.add(node.content)
        elif node.kind == 2:
            count = -(-len(node.content) // _PIECE)
            node.start = len(small_table) if count else _END
            small_table += [*range(len(small_table) + 1, len(small_table) + count), _END][: count or 0]
            pieces += node.content.ljust(count * _PIECE, b"\0")
    nodes[0].start, nodes[0].content = disk.add(pieces), pieces
    return disk.add(struct.pack(f"<{len(small_table)}I", *small_table), b"\xff"), -(-len(small_table) * 4 // _SECTOR)


def _entry(node: _Node) -> bytes:
    name = node.name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBBIII", len(name), node.kind, 1, node.left, node.right, node.child)
    return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<III", node.start, len(node.content), 0)


def locked_zip(name: str, content: bytes) -> bytes:
    """A zip whose only file claims to be encrypted."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, content)
    packed = bytearray(written.getvalue())
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def winmail(files: Mapping[str, bytes]) -> bytes:
    """A winmail.dat with these attachments; the long name stands in the properties, as Outlook writes it."""
    parts = [struct.pack("<IH", 0x223E9F78, 1)]
    for name, content in files.items():
        parts.append(_attribute(0x00069002, bytes(14)))
        parts.append(_attribute(0x00018010, b"KURZNAME.TXT\0"))
        parts.append(_attribute(0x0006800F, content))
        encoded = name.encode("utf-16-le") + b"\0\0"
        number = struct.pack("<HHI", 0x0003, 0x0E20, len(content))
        named = struct.pack("<HH16sII6s2xII2s2x", 0x001F, 0x8001, bytes(16), 1, 6, b"a\0b\0\0\0", 1, 2, b"\0\0")
        padded = encoded.ljust(-(-len(encoded) // 4) * 4, b"\0")
        long_name = struct.pack("<HHII", 0x001F, 0x3707, 1, len(encoded)) + padded
        parts.append(_attribute(0x00069005, struct.pack("<I", 3) + number + named + long_name))
    return b"".join(parts)


def _attribute(number: int, data: bytes) -> bytes:
    return struct.pack("<BII", 2, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
