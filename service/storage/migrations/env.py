"""Alembic's entry: runs the migrations on the connection it is given, or compares its tables with ours."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString


def written(kind: str, item: object, generating: AutogenContext) -> str | Literal[False]:
    """Types of ours by name with their import; SQLModel's text as SQLAlchemy's, so that a file needs no SQLModel."""
    if kind != "type":
        return False
    if isinstance(item, AutoString):
        return "sa.String()"
    module, name = type(item).__module__, type(item).__name__
    if not module.startswith("service."):
        return False
    generating.imports.add(f"from {module} import {name}")
    return f"{name}()"


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["tables"],
    render_as_batch=True,
    render_item=written,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
