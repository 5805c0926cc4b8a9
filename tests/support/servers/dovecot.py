"""A private Dovecot on 127.0.0.1, out of a temporary folder: the real IMAP server for the mailbox's tests."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.servers.certificates import make_certificate

DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:/usr/bin")
DOVEADM = shutil.which("doveadm", path="/usr/bin:/usr/local/bin:/usr/sbin")
MISSING = "dovecot is not installed (apt-get install dovecot-imapd dovecot-lmtpd)"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
protocols = imap lmtp
listen = 127.0.0.1
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {user}
mail_gid = {group}
mail_home = {folder}/mail/%u
mail_location = maildir:~/Maildir
disable_plaintext_auth = no
auth_failure_delay = 0
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_plugins = quota
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth-worker {{
  user = {user}
}}
service stats {{
  chroot =
}}
{oauth}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
  default_fields = home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {separator}
}}
protocol imap {{
  mail_plugins = quota imap_quota
  {capability}
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=0
  quota_grace = 0%%
}}
"""

OAUTH = """
auth_mechanisms = {mechanisms}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""
INTROSPECTION = """
introspection_url = {url}
introspection_mode = post
username_attribute = username
active_attribute = active
active_value = true
"""


TRIES = 3


class Dovecot:
    """Run by root, it works as `nobody`; run by anyone else, as that user."""

    def __init__(
        self,
        users: Mapping[str, str],
        *,
        quota: Mapping[str, str] | None = None,
        prefix: str = "",
        separator: str = "/",
        capability: str = "",
        introspection_url: str = "",
        mechanisms: str = "plain login xoauth2 oauthbearer",
    ) -> None:
        """`introspection_url`: where access tokens are looked up; without it only passwords are taken."""
        self._users, self._quota = users, quota or {}
        self._words = {"prefix": prefix, "separator": separator}
        self._words["capability"] = f"imap_capability = {capability}" if capability else ""
        self._introspection_url, self._mechanisms = introspection_url, mechanisms
        self._as_root = os.geteuid() == 0
        self._owner = pwd.getpwnam("nobody") if self._as_root else pwd.getpwuid(os.geteuid())

    def __enter__(self) -> Self:
        """A port found free may be taken by another test before the server opens it: then once more with others."""
        for attempt in range(TRIES):
            try:
                return self._started()
            except RuntimeError:
                self.__exit__(None, None, None)
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("every try ends above")

    def _started(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        self.imap_port, self.imaps_port, self.lmtp_port = (free_port() for _ in range(3))
        self._configure()
        command = [str(DOVECOT), "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = self._start(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._wait_until_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The process group is ours alone: sessions may outlive the master.
        with suppress(ProcessLookupError):  # it ended by itself
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def deliver(self, user: str, content: bytes) -> None:
        """Hands a mail to the account as a mail server would."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as connection:
            connection.sendmail("sender@elsewhere.example", [user], content)

    def cut_connections(self, user: str) -> None:
        self._administer("kick", user)

    def renumber(self, user: str) -> None:
        """A new UIDVALIDITY, as after a move to another server."""
        self._administer("mailbox", "update", "--uid-validity", str(int(time.time()) + 5_000), "-u", user, "INBOX")

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        text = self._administer("fetch", "-u", user, "text", "mailbox", folder)
        return [part.encode() for part in text.split("text:\n")[1:]]

    def flags(self, user: str, folder: str = "INBOX") -> list[str]:
        text = self._administer("fetch", "-u", user, "flags", "mailbox", folder)
        return [line.removeprefix("flags:").strip() for line in text.splitlines() if line.startswith("flags:")]

    def _configure(self) -> None:
        for name in ("run", "state", "mail"):
            (self.folder / name).mkdir()
        make_certificate(self.folder)
        lines = (f"{user}:{password}::::::{self._limit(user)}\n" for user, password in self._users.items())
        (self.folder / "users").write_text("".join(lines))
        names = {"user": self._owner.pw_name, "group": grp.getgrgid(self._owner.pw_gid).gr_name, "folder": self.folder}
        ports = {"imap": self.imap_port, "imaps": self.imaps_port, "lmtp": self.lmtp_port}
        words = {**names, **ports, **self._words, "oauth": ""}
        if self._introspection_url:
            (self.folder / "oauth2.conf").write_text(INTROSPECTION.format(url=self._introspection_url))
            words["oauth"] = OAUTH.format(folder=self.folder, mechanisms=self._mechanisms)
        (self.folder / "dovecot.conf").write_text(CONFIGURATION.format(**words))
        if self._as_root:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def _limit(self, user: str) -> str:
        return f"userdb_quota_rule=*:storage={self._quota[user]}" if user in self._quota else ""

    def _start(self, command: list[str], **how: Any) -> subprocess.Popen[bytes]:
        if self._as_root:
            how |= {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        return subprocess.Popen(command, cwd=self.folder, **how)

    def _wait_until_up(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.imap_port), 1) as connection:
                    if connection.recv(200).startswith(b"* OK"):
                        return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"dovecot did not start: {(self.folder / 'dovecot.log').read_text()[-2000:]}")

    def _administer(self, *arguments: str) -> str:
        command = [str(DOVEADM), "-c", str(self.folder / "dovecot.conf"), *arguments]
        process = self._start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output, _ = process.communicate(timeout=10)
        return output.decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
