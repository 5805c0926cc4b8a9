"""Lengths that the linter has no rule for: a function of the service is at most 40 lines long, any file at most 400.

Prints each that is longer, with its place, size and limit, and exits 1. A function's lines run from its `def` to its
end, with its docstring. Migrations are left out: they are a record of what was done, and are not edited afterwards.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHECKED = ("service", "tests")
FUNCTIONS_CHECKED = "service"
"""A test may list what it expects at length."""
LEFT_OUT = ROOT / "service" / "storage" / "migrations" / "versions"
LONGEST_FUNCTION = 40
LONGEST_FILE = 400


def too_long(source: str, *, functions: bool) -> Iterator[tuple[int, str]]:
    """Line and complaint for the file, and with `functions` for each function that is too long."""
    lines = len(source.splitlines())
    if lines > LONGEST_FILE:
        yield 1, f"the file has {lines} lines, at most {LONGEST_FILE}; make it two"
    for node in ast.walk(ast.parse(source)) if functions else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > LONGEST_FUNCTION:
                yield node.lineno, f"{node.name} has {size} lines, at most {LONGEST_FUNCTION}; make it two"


def complaints(root: Path) -> Iterator[str]:
    for file in sorted(file for folder in CHECKED for file in (root / folder).rglob("*.py")):
        if LEFT_OUT not in file.parents:
            functions = root / FUNCTIONS_CHECKED in file.parents
            for line, said in too_long(file.read_text(encoding="utf-8"), functions=functions):
                yield f"{file.relative_to(root)}:{line}: {said}"


if __name__ == "__main__":
    found = list(complaints(ROOT))
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.exit(bool(found))
