"""The Maildir as a mailbox: the contract of all mailboxes, and what only a folder of files can show."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from service.flow.ports.failures import MailboxUnavailable
from service.flow.ports.world import Folder
from service.mail.maildir import MaildirMailbox, uid_of, unique_part
from tests.support.harness.mailbox_contract import MailboxContract, letter, put, put_raw, seconds_of_wait


@dataclass(frozen=True, slots=True)
class LocalPost:
    """A Maildir with a mail server that delivers into it and people who look at it."""

    path: Path
    mailbox: MaildirMailbox
    notice_seconds: float = 2
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def deliver(self, content: bytes, name: str = "") -> Path:
        """As the Maildir specification has it: written in `tmp`, then renamed into `new`."""
        number = next(self.numbers)
        written = self.path / "tmp" / (name or f"1619060400.M{number}P{os.getpid()}.office.example")
        written.write_bytes(content)
        return written.rename(self.path / "new" / written.name)

    def take_away(self, uid: int) -> None:
        self.path_of(uid).unlink()

    def path_of(self, uid: int) -> Path:
        return next(file for file in self.files() if uid_of(unique_part(file.name)) == uid)

    def files(self) -> list[Path]:
        return [*(self.path / "new").iterdir(), *(self.path / "cur").iterdir()]

    def contents(self, folder: Folder) -> list[bytes]:
        place = self.path / f".{folder.value}"
        return [file.read_bytes() for part in ("new", "cur") for file in (place / part).iterdir()]

    def unread(self) -> int:
        return sum(file.parent.name == "new" or "S" not in file.name.partition(":2,")[2] for file in self.files())

    def break_down(self) -> None:
        self.path.rename(self.path.with_name("unmounted"))

    def mend(self) -> None:
        self.path.with_name("unmounted").rename(self.path)

    def read_by_a_person(self, file: Path) -> Path:
        """A mail program notes the flag in the name."""
        return file.rename(self.path / "cur" / f"{unique_part(file.name)}:2,S")


@pytest.fixture
def desk(tmp_path: Path) -> LocalPost:
    path = tmp_path / "Maildir"
    for part in ("new", "cur", "tmp"):
        (path / part).mkdir(parents=True)
    return LocalPost(path, MaildirMailbox(path, look=0.2))


class TestMaildir(MailboxContract):
    """The contract, on files."""

    def test_s05_a_flag_in_the_name_changes_no_uid(self, desk: LocalPost) -> None:
        """S05: a person who reads a mail renames its file; it stays the same mail, and is filed as read."""
        raw = letter("read by a person")
        uid = put_raw(desk, raw)
        desk.read_by_a_person(desk.path_of(uid))
        assert desk.mailbox.list().uids == (uid,)
        assert desk.mailbox.fetch(uid) == raw
        assert desk.mailbox.file(uid, Folder.PROCESSED)
        (filed,) = (desk.path / ".Processed" / "cur").iterdir()
        assert filed.name.endswith(":2,S")

    def test_an_unread_mail_is_filed_unread(self, desk: LocalPost) -> None:
        """What nobody has read lies in `new` of its folder."""
        desk.mailbox.file(put(desk, "unread"), Folder.REVIEW)
        assert len(list((desk.path / ".Review" / "new").iterdir())) == 1

    def test_uids_follow_the_time_of_delivery(self, desk: LocalPost) -> None:
        """A backlog is taken in as it came, whatever program delivered it."""
        names = (
            "1619060399.4711.host",
            "1619060400.M000001P9.host",
            "1619060400.Vfd01I80a2M999999.host",
            "1619060401.P1.host",
        )
        for name in reversed(names):
            desk.deliver(letter(name), name)
        fetched = [desk.mailbox.fetch(uid) for uid in desk.mailbox.list().uids]
        assert fetched == [letter(name) for name in names]

    def test_strange_names_have_uids_as_well(self, desk: LocalPost) -> None:
        """A name of no known form, with letters of no known encoding, is a mail all the same."""
        for name in ("copied by hand.eml", os.fsdecode(b"th\xb0.eml")):
            desk.deliver(letter("strange"), name)
        uids = desk.mailbox.list().uids
        assert len(uids) == 2
        assert all(desk.mailbox.fetch(uid) == letter("strange") for uid in uids)

    def test_two_names_with_one_number_become_two_mails(self, desk: LocalPost) -> None:
        """A collision loses nothing: the later file gets another name."""
        first, second = _colliding_names()
        desk.deliver(letter("first"), first)
        desk.deliver(letter("second"), second)
        uids = desk.mailbox.list().uids
        assert {desk.mailbox.fetch(uid) for uid in uids} == {letter("first"), letter("second")}
        assert desk.mailbox.list().uids == uids

    def test_a_name_that_is_taken_in_the_folder_replaces_nothing(self, desk: LocalPost) -> None:
        """Two mails of one name in turn: both lie in the folder at the end."""
        for subject in ("one", "other"):
            desk.deliver(letter(subject), "1619060400.M1P1.host")
            desk.mailbox.file(desk.mailbox.list().uids[0], Folder.PROCESSED)
        assert sorted(desk.contents(Folder.PROCESSED)) == [letter("one"), letter("other")]

    def test_links_folders_and_hidden_files_are_no_mails(self, desk: LocalPost, tmp_path: Path) -> None:
        """A link could lead to any file of this machine."""
        secret = tmp_path / "secret"
        secret.write_text("not a mail")
        (desk.path / "new" / "1619060400.link").symlink_to(secret)
        (desk.path / "new" / ".hidden").touch()
        (desk.path / "cur" / "1619060400.folder").mkdir()
        assert desk.mailbox.list().uids == ()

    def test_folders_have_the_names_that_imap_servers_give_them(self, desk: LocalPost) -> None:
        """Maildir++ beside Dovecot: dots between levels, other letters in IMAP's own form."""
        mailbox = MaildirMailbox(desk.path, folders={Folder.PROCESSED: "Đôn đốc/Đã xử lý"})
        mailbox.file(put(desk, "named"), Folder.PROCESSED)
        place = desk.path / ".&ARAA9A-n &AREe0Q-c.&ARAA4w- x&Hu0- l&AP0-"
        assert sorted(part.name for part in place.iterdir()) == ["cur", "maildirfolder", "new", "tmp"]

    def test_own_filing_is_no_news(self, desk: LocalPost) -> None:
        """A wait after we moved a mail ourselves lasts its time."""
        uid = put(desk, "moved by us")
        desk.mailbox.list()
        desk.mailbox.file(uid, Folder.PROCESSED)
        assert seconds_of_wait(desk.mailbox, 0.5) >= 0.45

    def test_a_folder_that_is_no_maildir_is_named_with_its_remedy(self, tmp_path: Path) -> None:
        """The administrator reads the path, the trouble and what to check."""
        with pytest.raises(MailboxUnavailable, match="check `path`"):
            MaildirMailbox(tmp_path / "nowhere").check()

    def test_check_tells_how_many_and_makes_the_folders(self, desk: LocalPost) -> None:
        """`doctor` gets one line; people have their folders from the start."""
        put(desk, "one")
        assert desk.mailbox.check() == f"maildir://{desk.path}: 1 mails"
        assert {path.name for path in desk.path.iterdir()} >= {".Processed", ".Review", ".Ignored"}

    def test_s06_mails_read_while_we_list_are_never_missed_or_doubled(self, desk: LocalPost) -> None:
        """S06: a mail program renames files all the time; all can be fetched, and none is another."""
        uids = [put(desk, f"restless {number}") for number in range(20)]
        done = threading.Event()

        def reader() -> None:
            for file in list((desk.path / "new").iterdir()):
                desk.read_by_a_person(file)
            done.set()

        person = threading.Thread(target=reader)
        person.start()
        while not done.is_set():
            assert all(desk.mailbox.fetch(uid) is not None for uid in uids)
        person.join()
        assert list(desk.mailbox.list().uids) == uids


def _colliding_names() -> tuple[str, str]:
    """Two names of one second and microsecond whose hashes agree in the few bits that are left."""
    by_uid: dict[int, str] = {}
    for number in itertools.count():
        name = f"1619060400.M7P{number}.host"
        other = by_uid.setdefault(uid_of(name), name)
        if other != name:
            return other, name
    raise AssertionError("endless")
