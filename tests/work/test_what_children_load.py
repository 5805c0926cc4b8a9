"""Children are started often: what opens papers and builds annexes loads no database and no charts."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["service.wiring.paper_pool", "service.wiring.annexes", "service.wiring.building"])
def test_a_child_loads_neither_database_nor_charts(module: str) -> None:
    """Both are half of what the service itself loads."""
    asked = f"import {module}, sys; print(*sorted({{'sqlalchemy', 'alembic', 'matplotlib'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
