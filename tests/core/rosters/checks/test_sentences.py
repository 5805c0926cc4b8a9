"""Every finding has its sentence, in every language, and every blank of a sentence has its fact."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import service.core
from service.core.findings import Code
from service.core.rosters.rules import CHECKS
from tests.support.harness.bundled_campaign import bundled_campaign, bundled_wording
from tests.support.rosters.invented_rosters import KEYS, checked, people, person, roster_of

_CORE = Path(service.core.__file__).parent
_KEY = re.compile(r"^[a-z_]+(?:\.[a-z_]+)*$")


def _keys_in_code() -> set[str]:
    """Literal keys that the checks give to their findings."""
    texts: set[str] = set()
    for file in (*(_CORE / "rosters" / "checks").glob("*.py"), _CORE / "rosters" / "personnel.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _KEY.match(node.value):
                texts.add(node.value)
    codes = {str(code) for code in Code}
    return {text for text in texts if text.partition(".")[0] in codes}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_key_of_the_checks_has_a_sentence(language: str) -> None:
    """Keys as the code writes them."""
    sentences = bundled_wording(language).sentences
    assert len(_keys_in_code()) > 25
    assert _keys_in_code() - set(sentences) == set()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_blank_stays_open(language: str) -> None:
    """A list wrong in many ways, said in words: no "…" of a missing fact, no brace left."""
    campaign, wording = bundled_campaign(), bundled_wording(language)
    wrong = [
        person(0, social_insurance_no=101857068.0, phone="0123", email="an@gmail.com", birth_date="15/13/1990"),
        person(1, gender="Nữ", registered_on="X", discrepancy_kind="Thẻ BHYT", vssid_installed="chưa"),
        person(2, social_insurance_no="0110000003", full_name="An", citizen_id="1234", email=None),
        *people(5)[3:],
    ]
    keys = [key for key in KEYS if key != "declaration_signed"]
    findings = checked(roster_of(*wrong, keys=keys))
    assert len(findings) > 10
    for finding in findings:
        sentence = wording.message(finding)
        assert "…" not in sentence.replace("2021 …", ""), sentence
        assert "{" not in sentence
        assert sentence != finding.key
    assert campaign.rules


def test_languages_have_the_same_sentences_with_the_same_blanks() -> None:
    """A sentence translated with other blanks would lose a fact."""
    vietnamese, english = bundled_wording("vi").sentences, bundled_wording("en").sentences
    codes = {str(code) for code in Code} | {"remark"}
    ours = {key for key in vietnamese if key.partition(".")[0] in codes}
    for key in ours:
        blanks = [
            {name for _, name, _, _ in string.Formatter().parse(said[key]) if name} for said in (vietnamese, english)
        ]
        assert blanks[0] == blanks[1], key


def test_the_campaign_names_only_checks_that_exist() -> None:
    """And uses all of them."""
    assert set(bundled_campaign().rules) == set(CHECKS)
