"""The codes of printed forms in the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from service.core.declarations.form_codes import FormCode
from service.storage.ledger import open_ledger

CODE = FormCode(
    token="B" * 26,
    campaign="thue-2021",
    unit="U03",
    made_at=datetime(2021, 5, 1, tzinfo=UTC),
    values={"full_name": "Nguyễn Thị Hường"},
    prefilled=False,
)


def test_a_code_comes_back_whole(tmp_path: Path) -> None:
    """With everything that was printed; a token that was never given out is nobody's."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with ledger.transaction() as transaction:
        transaction.submissions.add_form_code(CODE)
    with ledger.transaction() as transaction:
        assert transaction.submissions.form_code(CODE.token) == CODE
        assert transaction.submissions.form_code("C" * 26) is None
        assert transaction.submissions.form_code("") is None
    ledger.close()
