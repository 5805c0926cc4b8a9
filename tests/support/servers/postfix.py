"""A private Postfix on 127.0.0.1, out of a temporary folder: a real submission server for the tests of delivery.

Our own domain goes to Dovecot by LMTP, every other one to a server that the test controls. /etc/postfix is not touched.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.servers.dovecot import free_port

MASTER = Path("/usr/lib/postfix/sbin/master")
MISSING = "postfix is not installed (apt-get install postfix)" if not MASTER.exists() else ""
REASON = MISSING or ("postfix runs as root only" if os.geteuid() != 0 else "")
"""Why the tests with Postfix cannot run; empty when they can."""

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {folder}
maillog_file = {folder}/maillog
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{domain}
myorigin = {domain}
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.1/32
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = smtp:[127.0.0.1]:{relay}
smtp_tls_security_level = none
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_error_sleep_time = 0
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
notify_classes =
{more}
"""

SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 2 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")


class Postfix:
    """`more`: further lines of main.cf, such as a rate limit."""

    def __init__(
        self, *, domain: str, mailboxes: Iterable[str], lmtp: int, relay: int, more: Mapping[str, str] | None = None
    ) -> None:
        lines = "\n".join(f"{name} = {value}" for name, value in (more or {}).items())
        self._words = {"domain": domain, "lmtp": lmtp, "relay": relay, "more": lines}
        self._mailboxes = tuple(mailboxes)

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="postfix-", dir="/tmp"))
        self.port = free_port()
        self._configure()
        command = [str(MASTER), "-c", str(self.folder / "conf"), "-d"]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, start_new_session=True, stdin=quiet, stdout=quiet, stderr=quiet)
        self._wait_until_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The process group is ours alone: master's children may outlive it.
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        file = self.folder / "maillog"
        return file.read_text() if file.exists() else ""

    def _configure(self) -> None:
        self.folder.chmod(0o755)
        conf = self.folder / "conf"
        conf.mkdir()
        (conf / "main.cf").write_text(MAIN.format(folder=self.folder, **self._words))
        (conf / "master.cf").write_text(SERVICES.format(port=self.port))
        (self.folder / "mailboxes").write_text("".join(f"{address} ok\n" for address in self._mailboxes))
        self._lay_out_queue()

    def _lay_out_queue(self) -> None:
        """What `postfix check` would make, without its seconds."""
        owner, drop = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
        queue = self.folder / "queue"
        (queue / "pid").mkdir(parents=True)
        (self.folder / "data").mkdir()
        os.chown(self.folder / "data", owner, -1)
        kinds = [(name, -1, 0o700) for name in QUEUES] + [("maildrop", drop, 0o730), ("public", drop, 0o2710)]
        for name, group, mode in kinds:
            (queue / name).mkdir()
            os.chown(queue / name, owner, group)
            (queue / name).chmod(mode)

    def _wait_until_up(self) -> None:
        end = time.monotonic() + 15
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 2) as connection:
                    if connection.recv(200).startswith(b"220"):
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"postfix did not start: {self.log()[-2000:]}")
