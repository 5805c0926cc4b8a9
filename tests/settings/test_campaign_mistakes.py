"""What is wrong in a `campaign.toml` although every type is right: refused with file, key, value, remedy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from service.settings.campaign_files import SettingRefused, read_campaign_folder

BUNDLED = Path(__file__).parents[2] / "config" / "campaigns" / "vssid-2021"


@pytest.mark.parametrize(
    ("right", "wrong", "refused"),
    [
        ('"Asia/Ho_Chi_Minh"', '"Asia/Nowhere"', "zone = 'Asia/Nowhere': no such time zone"),
        ('["hr.lan@vnpt-it.example"]', "[]", "hr_addresses: name at least one address of HR"),
        (
            '["hr.lan@vnpt-it.example"]',
            '["Lan@vnpt-it.example"]',
            "address = 'Lan@vnpt-it.example'",
        ),
        ("sending_from = 08:00:00", "sending_from = 17:00:00", "must be later than sending_from 17:00:00"),
        (
            "\ndays_off = []\nworking_days = []",
            "\ndays_off = [2021-05-03]\nworking_days = [2021-05-03]",
            "days_off too",
        ),
        ("before = [10, 5, 3, 1]", "before = [-1]", "distances are working days, 0 or more"),
        ("overdue = [1, 3]", "overdue = [0, 3]", "plan.overdue = 0: the last day itself is in time"),
        ("mails_a_day = 1", "mails_a_day = 0", "plan.mails_a_day = 0: at least 1"),
        (
            "\n[declaration]\n",
            '\n[management]\naddresses = ["g@vnpt-it.example"]\nweekday = 6\n[declaration]\n',
            "management.weekday = 6: 1 (Monday) to 5 (Friday)",
        ),
    ],
)
def test_a_mistake_is_refused_with_its_remedy(tmp_path: Path, right: str, wrong: str, refused: str) -> None:
    """The bundled campaign with one thing changed."""
    folder = Path(shutil.copytree(BUNDLED, tmp_path / "campaign"))
    main = folder / "campaign.toml"
    text = main.read_text(encoding="utf-8")
    assert right in text
    main.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(SettingRefused, match=rf"{re.escape(str(main))}: .*{re.escape(refused)}"):
        read_campaign_folder(folder)
