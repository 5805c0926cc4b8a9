"""The `[trust]` table: what nothing proves is confirmed by default."""

from __future__ import annotations

import pytest

from service.core.mail.authenticity import Policy
from service.settings import SettingRefused, load_settings
from tests.support.harness.whole_service import ROOT


def unproven(**trust: str) -> Policy:
    overrides = {"trust": trust}
    settings = load_settings(ROOT / "config", templates=ROOT / "mail_templates", overrides=overrides)
    return settings.service.trust.unproven


@pytest.mark.parametrize("word", ["confirm", "address", "thread"])
def test_three_words_are_known(word: str) -> None:
    """Each is what it says."""
    assert unproven(unproven=word) == word


def test_an_address_confirms_unless_another_word_is_given() -> None:
    """By default, in the sample configuration too; any other word is refused with its place."""
    assert unproven() is Policy.CONFIRM
    sample = load_settings(ROOT / "config", templates=ROOT / "mail_templates")
    assert sample.service.trust.unproven is Policy.CONFIRM
    with pytest.raises(SettingRefused, match=r"trust\.unproven"):
        unproven(unproven="trust me")
