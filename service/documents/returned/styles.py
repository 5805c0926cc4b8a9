"""The styles of an xlsx: the same look as a cell has, with another fill; nothing that is there is changed."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from lxml import etree

from service.documents.common.xml_names import child, local
from service.documents.returned.opc import Element, namespace, parse

_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles")
_FILL_PARTS = frozenset({"fill", "patternFill", "gradientFill", "fgColor", "bgColor", "stop", "color"})
_LONGEST_FILL = 4000
MINIMAL = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz'
    b' val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    b'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf xfId="0"/></cellXfs></styleSheet>'
)


@dataclass(slots=True)
class Styles:
    """`styles.xml`. A cell's style is a number: its place in `cellXfs`."""

    root: Element
    _made: dict[tuple[int, str], int] = field(default_factory=dict)

    def filled(self, style: int, colour: str) -> int:
        """This style with a solid fill of this ARGB colour."""
        return self._with_fill(style, self._solid(colour))

    def refilled(self, style: int, fill: str) -> int:
        """This style with a fill that `fill_of` told earlier; with none for "" and for what is no fill."""
        return self._with_fill(style, fill if _is_fill(fill, namespace(self.root)) else "")

    def fill_of(self, style: int) -> str:
        """The style's fill as XML; "" for none."""
        number = int(self._format(style).get("fillId") or 0)
        fills = [fill for fill in self._part("fills") if local(fill.tag) == "fill"]
        if number == 0 or number >= len(fills):
            return ""
        text = _text(fills[number])
        return text if len(text) <= _LONGEST_FILL else ""

    def coloured(self, *colours: str) -> frozenset[int]:
        """The styles with a solid fill of one of these colours."""
        fills = [fill for fill in self._part("fills") if local(fill.tag) == "fill"]
        ours = {number for number, fill in enumerate(fills) if _solid_colour(fill) in colours}
        formats = enumerate(self._formats())
        return frozenset(number for number, each in formats if int(each.get("fillId") or 0) in ours)

    def added(self, *, font: str = "", fill: str = "", border: str = "", alignment: str = "") -> int:
        """A text style of our own; the arguments are XML of its parts without namespace."""
        wanted = {"fontId": ("fonts", font), "fillId": ("fills", fill), "borderId": ("borders", border)}
        places = {name: str(self._append(part, xml)) if xml else "0" for name, (part, xml) in wanted.items()}
        formats = self._part("cellXfs")
        element = etree.SubElement(formats, self._tag("xf"), numFmtId="49", xfId="0", **places)
        element.set("applyNumberFormat", "1")
        for name, (_, xml) in wanted.items():
            if xml:
                element.set(f"apply{name[:-2].capitalize()}", "1")
        if alignment:
            element.set("applyAlignment", "1")
            element.append(self._fragment(alignment))
        return self._counted(formats)

    def _with_fill(self, style: int, fill: str) -> int:
        key = (style, fill)
        if key not in self._made:
            number = self._append("fills", fill) if fill else 0
            changed = copy.deepcopy(self._format(style))
            changed.set("fillId", str(number))
            changed.set("applyFill", "1")
            formats = self._part("cellXfs")
            formats.append(changed)
            self._made[key] = self._counted(formats)
        return self._made[key]

    def _append(self, part: str, xml: str) -> int:
        """The place of this element in its list, added at the end where it is new."""
        parent, wanted = self._part(part), self._fragment(xml)
        text = _text(wanted)
        for number, element in enumerate(each for each in parent if isinstance(each.tag, str)):
            if _text(element) == text:
                return number
        parent.append(wanted)
        return self._counted(parent)

    def _solid(self, colour: str) -> str:
        colours = f'<fgColor rgb="{colour}"/><bgColor indexed="64"/>'
        return f'<fill><patternFill patternType="solid">{colours}</patternFill></fill>'

    def _plain(self) -> str:
        return '<fill><patternFill patternType="none"/></fill>'

    def _fragment(self, xml: str) -> Element:
        """An element of the styles' own namespace."""
        opening, _, rest = xml.partition(">")
        if "xmlns" not in opening:
            name, slash = opening.rstrip("/"), "/" if opening.endswith("/") else ""
            xml = f'{name} xmlns="{namespace(self.root)}"{slash}>{rest}'
        element = parse(xml.encode())
        etree.cleanup_namespaces(element)
        return element

    def _format(self, style: int) -> Element:
        formats = self._formats()
        return formats[style if style < len(formats) else 0]

    def _formats(self) -> list[Element]:
        formats = self._part("cellXfs")
        if not len(formats):
            etree.SubElement(formats, self._tag("xf"), xfId="0")
        return [each for each in formats if local(each.tag) == "xf"]

    def _part(self, name: str) -> Element:
        """One of the lists, made where it is missing, in the order the standard asks for."""
        found = child(self.root, name)
        if found is None:
            before = _ORDER[: _ORDER.index(name)]
            place = sum(local(each.tag) in before for each in self.root)
            found = etree.Element(self._tag(name))
            self.root.insert(place, found)
            for xml in {"fills": (self._plain(), self._plain().replace("none", "gray125"))}.get(name, ()):
                found.append(self._fragment(xml))
        return found

    def _tag(self, name: str) -> str:
        return f"{{{namespace(self.root)}}}{name}"

    @staticmethod
    def _counted(parent: Element) -> int:
        elements = [each for each in parent if isinstance(each.tag, str)]
        parent.set("count", str(len(elements)))
        return len(elements) - 1


def _text(element: Element) -> str:
    alone = copy.deepcopy(element)
    alone.tail = None
    etree.cleanup_namespaces(alone)
    return str(etree.tostring(alone, encoding="unicode"))


def _solid_colour(fill: Element) -> str:
    pattern = child(fill, "patternFill")
    colour = child(pattern, "fgColor") if pattern is not None and pattern.get("patternType") == "solid" else None
    return str(colour.get("rgb") or "") if colour is not None else ""


def _is_fill(text: str, wanted_namespace: str) -> bool:
    """Whether this text, which was in the hands of others, is a fill and nothing else."""
    if not text.startswith("<") or len(text) > _LONGEST_FILL:
        return False
    try:
        root = parse(text.encode())
    except Exception:  # noqa: BLE001 -- whatever is wrong with it, it is no fill
        return False
    return local(root.tag) == "fill" and all(
        local(each.tag) in _FILL_PARTS and namespace(each) == wanted_namespace for each in root.iter()
    )
