"""Values and texts of a spreadsheet's elements."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from service.documents.common.xml_names import local

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def attribute(element: ElementTree.Element | None, name: str) -> str | None:
    return element.get(name) if element is not None else None


def flag(element: ElementTree.Element | None, name: str) -> bool:
    return attribute(element, name) in ("1", "true", "on")


def text_of(element: ElementTree.Element) -> str:
    """The text of a string item: all its runs, without the phonetic guides of East Asian text."""
    parts = []
    for child in element:
        name = local(child.tag)
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts.append(text_of(child))
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """_x000D_ stands for a character XML cannot carry."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
