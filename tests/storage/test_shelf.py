"""The shelf: bytes by their hash, all or nothing."""

from pathlib import Path

import pytest

from service.storage.shelf import Shelf


def test_what_is_put_comes_back_by_its_hash(tmp_path: Path) -> None:
    """The same bytes lie there once, in folders of our own."""
    shelf = Shelf(tmp_path / "shelf")
    sha256 = shelf.put(b"a mail")
    assert shelf.put(b"a mail") == sha256
    assert shelf.get(sha256) == b"a mail"
    files = [file for file in (tmp_path / "shelf").rglob("*") if file.is_file()]
    assert [file.name for file in files] == [sha256]
    assert files[0].parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 63 + "/"])
def test_a_name_that_is_no_hash_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing from a mail becomes a path."""
    with pytest.raises(ValueError, match="not a SHA-256"):
        Shelf(tmp_path).get(name)
