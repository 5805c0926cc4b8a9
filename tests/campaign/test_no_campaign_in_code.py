"""The code knows no campaign: what one campaign collects, from whom and for whom stands in its folder alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.harness.bundled_campaign import ROOT, bundled_folder

WORDS = re.compile(
    r"vssid|vnpt|\b(đống đa|dongda|bhxh quận|i-van)\b|"  # the first campaign: application, organisation, agency
    r"\b(phụ lục|phu[ -]luc) ?-?0?2|\b(tờ khai|to[ -]khai)[ -](mẫu|mau)[ -](số |so-)?0?1|"  # its papers
    r"\b(sức khỏe|suc[ -]khoe|phòng khám|phongkham|an bình|ksk)\b",  # the second campaign
    re.IGNORECASE,
)
READ = (".py", ".html", ".txt", ".toml", ".css", ".js")
PLAYED = "words.toml"
"""What the people of the demonstration write: they are cast for the bundled campaign, and no part of the service."""


def written() -> Iterator[Path]:
    """Every file of the service and of the common mail templates that people or machines read."""
    for folder in (ROOT / "service", ROOT / "mail_templates" / "default"):
        files = (file for file in sorted(folder.rglob("*")) if file.suffix in READ and file.is_file())
        yield from (file for file in files if file.name != PLAYED)


def test_neither_code_nor_common_templates_name_a_campaign() -> None:
    """No campaign's words in code, comments, docstrings, pages or common mails."""
    files = list(written())
    assert len(files) > 150
    found = []
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if WORDS.search(unicodedata.normalize("NFC", line)):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


@pytest.mark.parametrize("campaign_id", ["vssid-2021", "suc-khoe-2021"])
def test_no_value_of_a_campaign_is_written_in_the_code(campaign_id: str) -> None:
    """Neither its mark and number nor its people, addresses, agency and papers."""
    campaign = bundled_folder(campaign_id).campaign
    values = {
        campaign.id,
        campaign.mark,
        campaign.letter_number,
        campaign.organisation,
        campaign.agency.name,
        campaign.agency.address,
        campaign.email_domain,
        campaign.hr_contact,
        campaign.hr_phone,
        campaign.roster_name,
        *campaign.hr_addresses,
        *([campaign.declaration.name] if campaign.declaration else []),
    }
    for file in written():
        text = file.read_text(encoding="utf-8")
        assert [value for value in values if value in text] == [], file


def test_every_campaign_in_the_repository_is_data() -> None:
    """A campaign's folder holds tables and texts, and no code."""
    suffixes = {file.suffix for file in (ROOT / "config").rglob("*") if file.is_file()}
    assert suffixes <= {".toml", ".xlsx", ".md"}
