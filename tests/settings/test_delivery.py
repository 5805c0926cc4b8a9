"""What can be said in `service.toml` about sending, and what is refused with its reason."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from service.settings import SettingRefused, Settings, load_settings
from service.settings.delivery import redirect_of
from service.wiring.mailboxes import build_sent_folder
from tests.support.harness.whole_service import ROOT

EXCHANGE = {
    "endpoint": "https://mail.office.example/EWS/Exchange.asmx",
    "address": "hr@office.example",
    "user": "hr",
    "password_env": "X",
}
BY_EXCHANGE = {"sending_by": "exchange", "exchange": EXCHANGE}


def settings(**overrides: Any) -> Settings:
    return load_settings(ROOT / "config", templates=ROOT / "mail_templates", overrides=overrides)


def test_nothing_special_is_on_by_default(tmp_path: Path) -> None:
    """A configuration from before these settings works as it did."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    file = tmp_path / "config" / "service.toml"
    text = file.read_text(encoding="utf-8")
    before, after = text.index("[delivery]"), text.index("[state]")
    file.write_text(text[:before].replace("allowed_domains = []\n", "") + text[after:], encoding="utf-8")
    old = load_settings(tmp_path / "config", templates=ROOT / "mail_templates").service
    assert old == settings().service
    assert (old.delivery.own_copy, old.delivery.sent_copy, old.allowed_domains) == (False, False, ())


def test_a_redirect_names_its_address() -> None:
    """`redirect:` with an address; anything else has none."""
    assert redirect_of(settings(sending="redirect:lan@office.example").service.sending) == "lan@office.example"
    assert redirect_of(settings(sending="redirect:lan@office.example", **BY_EXCHANGE).service.sending) is not None
    assert redirect_of("hold") is None


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"sending": "off"}, "sending"),
        ({"sending": "redirect:"}, "sending"),
        ({"delivery": {"sent_copy": True, "server_files_sent": True}}, "twice"),
        ({"delivery": {"own_copies": True}}, "delivery.own_copies"),
        ({"delivery": {"own_copy": True}, **BY_EXCHANGE}, "leave out delivery.own_copy"),
        ({"delivery": {"sent_copy": True}, "mailbox": {"kind": "maildir", "path": "/var/mail/hr"}}, "kind"),
    ],
)
def test_what_cannot_work_is_refused(overrides: dict[str, Any], said: str) -> None:
    """In one line with what is wrong, before anything is sent."""
    with pytest.raises(SettingRefused, match=said):
        settings(**overrides)


def test_no_sent_folder_is_opened_where_none_is_wanted() -> None:
    """Neither connection nor password is needed then."""
    assert build_sent_folder(settings()) is None
