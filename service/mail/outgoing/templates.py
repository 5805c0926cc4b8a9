"""Mails from templates: `<campaign or default>/<language>/<mail>/{subject.txt,body.txt,body.html}`.

A missing fact is an error (better no mail than one with a hole), HTML is escaped, a subject is one line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from service.core.campaigns import Campaign
from service.core.mail.messages import Rendered
from service.core.masking import masked
from service.core.sentences import Wording
from service.flow.ports.failures import CannotGoOn
from service.mail.outgoing.catalogue import COMMON, FIRST_LANGUAGE, load_wording

if TYPE_CHECKING:
    from jinja2 import Environment

SUBJECT, TEXT, HTML = "subject.txt", "body.txt", "body.html"
LANGUAGES = "languages.txt"
"""Beside a mail's words where they are of more than one language: `vi, en`."""
FORMATS = {"format.day": "%d/%m/%Y", "format.moment": "%H:%M %d/%m/%Y"}
"""How days and moments are written when the message catalogue does not say."""


class MailNotRendered(CannotGoOn):
    """A template is missing, faulty, or asks for a fact that it was not given."""


class MailTemplates:
    """The templates of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environments: dict[tuple[str, str, str], Environment] = {}

    def render(self, mail: str, campaign: Campaign, language: str, facts: Mapping[str, Any]) -> Rendered:
        """The words of one mail. `campaign` is a fact of every mail."""
        from jinja2 import TemplateError

        owners = tuple(dict.fromkeys((campaign.id, COMMON)))
        spoken = self._language(mail, owners, language)
        environment = self._environment(campaign, spoken)

        def words(name: str) -> str:
            candidates = [f"{owner}/{spoken}/{mail}/{name}" for owner in owners]
            try:
                return environment.select_template(candidates).render(campaign=campaign, **facts)
            except TemplateError as problem:
                raise MailNotRendered(f"mail template {candidates[0]}: {problem}; mend the template") from problem

        subject = " ".join(words(SUBJECT).split())
        html = words(HTML).strip() + "\n"
        return Rendered(subject=subject, text=_tidy(words(TEXT)), html=html, language=self._said(mail, owners, spoken))

    def _said(self, mail: str, owners: tuple[str, ...], spoken: str) -> str:
        """The language of the folder, unless the mail says that it speaks more than one."""
        files = (self._folder / owner / spoken / mail / LANGUAGES for owner in owners)
        return next((file.read_text(encoding="utf-8").strip() for file in files if file.is_file()), spoken)

    def _language(self, mail: str, owners: tuple[str, ...], language: str) -> str:
        """The wanted language when the mail exists in it, so that no mail mixes two."""
        exists = any((self._folder / owner / language / mail / TEXT).is_file() for owner in owners)
        return language if exists else FIRST_LANGUAGE

    def _environment(self, campaign: Campaign, spoken: str) -> Environment:
        """One for each campaign and language: days are written by its zone and its catalogue, also inside macros."""
        key = (campaign.id, campaign.zone, spoken)
        if key not in self._environments:
            wording = load_wording(self._folder, campaign.id, spoken)
            self._environments[key] = _environment(self._folder, ZoneInfo(campaign.zone), wording)
        return self._environments[key]


def _environment(folder: Path, zone: ZoneInfo, wording: Wording) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    day_format, moment_format = (wording.sentences.get(key, usual) for key, usual in FORMATS.items())

    def day(value: date | datetime) -> str:
        local = value.astimezone(zone) if isinstance(value, datetime) and value.tzinfo else value
        return local.strftime(day_format)

    def moment(value: datetime) -> str:
        return (value.astimezone(zone) if value.tzinfo else value).strftime(moment_format)

    def weekday(value: date) -> str:
        return wording.say(f"format.weekday.{value.weekday()}")

    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({"masked": _masked, "two": _two, "day": day, "moment": moment, "weekday": weekday})
    return environment


def _masked(value: object) -> str:
    return masked(str(value))


def _two(value: int) -> str:
    """Counts below ten with a zero before them, as Vietnamese offices write them."""
    return f"{value:02d}" if 0 < value < 10 else str(value)


def _tidy(text: str) -> str:
    """At most one blank line in a row, none at the ends, no blanks before line ends."""
    lines = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
