"""The one way in which a file cannot be read.

UnreadableFile — the bytes a unit sent cannot be used; trying again does not help, `problem` says what to tell the unit.
"""

from __future__ import annotations

from service.core.papers import Problem


class UnreadableFile(Exception):
    """What a unit sent cannot be read. `detail` is for the log; the unit is told the words of `problem`."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem, detail)
        self.problem = problem
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.problem.value}: {self.detail}" if self.detail else self.problem.value
