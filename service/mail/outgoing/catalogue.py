"""The message catalogue: `messages.toml` files as the Wording of one language, a campaign's sentences going first."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from service.core.sentences import Wording
from service.flow.ports.failures import CannotGoOn

COMMON = "default"
FIRST_LANGUAGE = "vi"
"""Every sentence exists in this language."""

FINDINGS = "findings"
"""This table's keys stand for themselves; those of other tables get the table's name before them."""


class CatalogueUnreadable(CannotGoOn):
    """A catalogue file is missing or is not TOML."""


def load_wording(folder: Path, campaign_id: str, language: str) -> Wording:
    """The sentences of a campaign in a language; what is not translated stays in the first language."""
    sentences: dict[str, str] = {}
    for spoken in dict.fromkeys((FIRST_LANGUAGE, language)):
        for owner in (COMMON, campaign_id):
            sentences.update(_sentences(folder / owner / spoken / "messages.toml"))
    if not sentences:
        raise CatalogueUnreadable(f"{folder}: no {COMMON}/{FIRST_LANGUAGE}/messages.toml; check `mail_templates`")
    return Wording(language, sentences)


def _sentences(path: Path) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        return
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CatalogueUnreadable(f"{path}: {problem}; mend the file") from problem
    yield from _flat(tables.pop(FINDINGS, {}), "")
    yield from _flat(tables, "")


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
