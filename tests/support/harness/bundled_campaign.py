"""The bundled campaign as the service reads it, and the message catalogue."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from service.core.campaigns import Campaign
from service.core.sentences import Wording
from service.mail.outgoing.catalogue import load_wording
from service.settings.campaign_files import CampaignFolder, read_campaign_folder

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "mail_templates"


@cache
def bundled_folder(campaign_id: str = "vssid-2021") -> CampaignFolder:
    """`config/campaigns/<id>` as it lies in the repository; read once."""
    return read_campaign_folder(ROOT / "config" / "campaigns" / campaign_id)


def bundled_campaign() -> Campaign:
    return bundled_folder().campaign


def bundled_wording(language: str = "vi") -> Wording:
    return load_wording(TEMPLATES, "vssid-2021", language)
