"""ĐẦU MỐI U03 Họ và tên, địa chỉ thư, số điện thoại: the name is what stands there, whole."""

from __future__ import annotations

import pytest

from service.core.mail.conversation import names_contact
from service.core.mail.nomination import nominee_in, nominee_listed


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Hoàng Thị Lạ, la.ht@office.example, 0912345678", "Hoàng Thị Lạ"),
        ("Trần Văn Em, 0912 345 678, em.tv@office.example", "Trần Văn Em"),
        ("Đỗ Thị Mới; moi.dt@office.example", "Đỗ Thị Mới"),
        ("vu.tl@office.example, Vũ Thị Là", "Vũ Thị Là"),
        ("Ông Thế Sơn, son@office.example, 0912345678", "Ông Thế Sơn"),
        ("Ông Nguyễn Văn An, an@office.example", "Nguyễn Văn An"),
        ("đồng chí Lê Thị Cúc - cuc.lt@office.example - 0912345678", "Lê Thị Cúc"),
    ],
)
def test_a_listed_name_is_never_cut(written: str, name: str) -> None:
    """Whatever words of the language are names too."""
    nominee = nominee_listed(written)
    assert nominee is not None and nominee.name == name and nominee.address.endswith("@office.example")


@pytest.mark.parametrize("written", ["an@office.example, 0912345678", "Trần Văn Tú, 0912345678", ""])
def test_a_list_without_name_or_address_names_nobody(written: str) -> None:
    """HR is asked back."""
    assert nominee_listed(written) is None


@pytest.mark.parametrize(
    "text",
    [
        "Đầu mối của đơn vị em là: Trần Văn Tú, 0912345678, tu.tv@office.example",
        "Đầu mối mới: Trần Văn Tú, tu.tv@office.example, 0912345678",
    ],
)
def test_a_colon_after_the_word_names_too(text: str) -> None:
    """As people write it in haste."""
    nominee = nominee_in(text)
    assert names_contact(text)
    assert nominee is not None and (nominee.name, nominee.address) == ("Trần Văn Tú", "tu.tv@office.example")
