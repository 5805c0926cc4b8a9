"""The one door: everything that HR may decide has its deed, every result its sentence, and nobody goes around it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import service
from service.core import hr_decisions
from service.core.events import FACTS, EventKind
from service.core.hr_decisions import Decision, Result
from service.core.tasks import SUBJECTS, TaskKind
from service.flow.hr.decisions import DEEDS
from service.flow.hr.open_tasks import STILL_WAITS
from service.flow.reports.task_sentences import SENTENCES
from tests.support.harness.bundled_campaign import bundled_wording

ROOT = Path(service.__path__[0])


def test_every_decision_has_a_deed() -> None:
    """A new class without one would fail only when somebody decides so."""
    kinds = {
        each
        for each in vars(hr_decisions).values()
        if isinstance(each, type) and issubclass(each, Decision) and each is not Decision
    }
    assert kinds == set(DEEDS)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_result_has_a_sentence(language: str) -> None:
    """In the language of whoever decides."""
    sentences = bundled_wording(language).sentences
    assert [result for result in Result if f"command.{result}" not in sentences] == []


def test_every_kind_of_event_and_task_has_its_class() -> None:
    """And every kind of task a cause and a sentence."""
    assert set(FACTS) == set(EventKind)
    assert set(SUBJECTS) == set(STILL_WAITS) == set(SENTENCES) == set(TaskKind)


def test_the_command_line_opens_no_transaction() -> None:
    """It parses and prints; what is read and decided is the flow's."""
    found = [
        f"{file.name}:{node.lineno}"
        for file in sorted((ROOT / "cli").glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "transaction"
    ]
    assert found == []
