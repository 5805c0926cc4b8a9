"""From `service.toml` to a signed-in mailbox: the tables [graph] and [oauth], and the command `sign-in`."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from service.cli import run
from service.flow.ports.failures import SendingUnavailable
from service.flow.ports.world import Folder, SendOutcome
from service.settings import SettingRefused, Settings, load_settings
from service.wiring.mailboxes import build_mailbox, build_sender, build_sent_folder
from service.wiring.signing_in import build_tokens, sign_in
from tests.support.harness.bundled_campaign import ROOT, TEMPLATES
from tests.support.harness.mailbox_contract import HR, letter
from tests.support.servers.fake_graph import FakeGraph
from tests.support.servers.smtp_server import SmtpServer
from tests.support.servers.token_server import CLIENT, SECRET, TokenServer

LAN = "lan@office.example"
RAW = f"From: {HR}\r\nTo: {LAN}\r\nMessage-ID: <1@dondoc>\r\n\r\nhello\r\n".encode()


@pytest.fixture
def provider() -> Iterator[TokenServer]:
    with TokenServer(HR) as running:
        yield running


@pytest.fixture
def graph(provider: TokenServer) -> Iterator[FakeGraph]:
    with FakeGraph(HR, takes=provider.is_good) as running:
        yield running


def oauth(provider: TokenServer, **more: str) -> dict[str, str]:
    addresses = {"token_url": provider.token_url, "authorization_url": f"{provider.base}/authorize"}
    return {"provider": "other", "client_id": CLIENT, **addresses, **more}


def settings(state: Path, **tables: Any) -> Settings:
    """The bundled configuration with other tables."""
    overrides = {"state": {"folder": str(state)}, **tables}
    return load_settings(ROOT / "config", templates=TEMPLATES, overrides=overrides)


def graph_tables(graph: FakeGraph) -> dict[str, Any]:
    return {
        "mailbox": {"kind": "graph"},
        "sending_by": "graph",
        "graph": {"user": HR, "base_url": graph.base_url},
    }


def browse(line: str) -> None:
    """The person opens the address of the line and agrees."""
    threading.Thread(target=requests.get, args=(line[line.index("http") :], None), daemon=True).start()


def test_one_sign_in_serves_reading_and_sending(provider: TokenServer, graph: FakeGraph, tmp_path: Path) -> None:
    """After `sign-in mailbox`, Graph is read from, filed in, and sent through."""
    harness = settings(tmp_path, **graph_tables(graph), oauth=oauth(provider))
    assert sign_in(harness, "mailbox", browse).startswith(f"{HR}: signed in")
    graph.deliver(letter("hello"))
    mailbox, sender, sent = build_mailbox(harness), build_sender(harness), build_sent_folder(harness)
    uid = mailbox.list().uids[0]
    assert mailbox.fetch(uid) == letter("hello")
    assert mailbox.file(uid, Folder.PROCESSED) is True
    assert sender.send(RAW, envelope_from=HR, recipients=[LAN]).outcomes[LAN][0] is SendOutcome.ACCEPTED
    assert sent is not None
    assert sent.holds("<1@dondoc>")


def test_smtp_may_use_a_token_beside_a_mailbox_with_a_password(provider: TokenServer, tmp_path: Path) -> None:
    """Each side says for itself how it signs in; before the sign-in the line names the command for that side."""
    with SmtpServer(takes=lambda user, token: user == HR and provider.is_good(token)) as server:
        smtp = {"host": "127.0.0.1", "port": server.port, "tls": "none", "user": HR, "sign_in": "oauth"}
        harness = settings(tmp_path, smtp=smtp, oauth=oauth(provider))
        sender = build_sender(harness)
        with pytest.raises(SendingUnavailable, match="nobody has signed in; run `dondoc sign-in sending`"):
            sender.check()
        sign_in(harness, "sending", browse)
        assert f"signed in as {HR}" in sender.check()
        sender.close()
    with pytest.raises(SettingRefused, match='mailbox: nothing to sign in to; set sign_in = "oauth" there'):
        sign_in(harness, "mailbox", browse)


def test_graph_and_mail_protocols_have_tokens_of_their_own(
    provider: TokenServer, graph: FakeGraph, tmp_path: Path
) -> None:
    """A token for the one is not taken by the other, so they are kept apart."""
    smtp = {"host": "127.0.0.1", "port": 25, "user": HR, "sign_in": "oauth"}
    harness = settings(tmp_path, **{**graph_tables(graph), "sending_by": "smtp", "smtp": smtp}, oauth=oauth(provider))
    sign_in(harness, "mailbox", browse)
    assert build_tokens(harness, "mailbox").token()
    with pytest.raises(Exception, match="nobody has signed in"):
        build_tokens(harness, "sending").token()


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"mailbox": {"kind": "graph"}}, r"add the table \[graph\]"),
        ({"mailbox": {"kind": "graph"}, "graph": {"user": HR}}, r"mailbox: add the table \[oauth\]"),
        ({"mailbox": {"host": "x", "port": 1, "user": HR}}, "`password_env`, or set sign_in"),
        ({"oauth": {"provider": "microsoft", "client_id": "x"}}, "needs `tenant`"),
        ({"oauth": {"provider": "google", "client_id": "x", "sign_in": "application"}}, "knows only"),
        ({"oauth": {"provider": "other", "client_id": "x"}}, "needs `token_url`"),
    ],
)
def test_incomplete_tables_are_refused_with_their_remedy(tmp_path: Path, tables: dict[str, Any], said: str) -> None:
    """At start, in one line, with what to add."""
    with pytest.raises(SettingRefused, match=said):
        settings(tmp_path, **tables)


def test_the_command_for_an_application(
    provider: TokenServer, graph: FakeGraph, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A service that signs in as itself needs nobody; the command proves that the provider takes it."""
    provider.rules.needs_secret = True
    variable = "DONDOC_TEST_CLIENT_SECRET"
    table = oauth(provider, sign_in="application", client_secret_env=variable)
    folder = config_folder(tmp_path, graph, table)
    os.environ[variable] = SECRET
    try:
        assert run(["sign-in", "mailbox", "--config", str(folder)]) == 0
        assert "nobody needs to sign in" in " ".join(capsys.readouterr().out.split())
        os.environ[variable] = "expired"
        (tmp_path / "state" / "tokens").rename(tmp_path / "forgotten")
        assert run(["sign-in", "mailbox", "--config", str(folder)]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "check `client_id`, `tenant` and the client's secret" in said
    finally:
        del os.environ[variable]


def config_folder(tmp_path: Path, graph: FakeGraph, table: dict[str, str]) -> Path:
    """A configuration with the bundled campaign, and Graph for both sides."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "campaigns").symlink_to(ROOT / "config" / "campaigns")
    lines = [
        'campaigns = ["vssid-2021"]',
        'sending_by = "graph"',
        f'own = {{ address = "{HR}", name = "HR" }}',
        'mailbox = { kind = "graph" }',
        f'graph = {{ user = "{HR}", base_url = "{graph.base_url}" }}',
        f'state = {{ folder = "{tmp_path / "state"}" }}',
        "[oauth]",
        *(f'{name} = "{value}"' for name, value in table.items()),
    ]
    (folder / "service.toml").write_text("\n".join(lines))
    return folder
