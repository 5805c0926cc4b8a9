"""Access tokens: kept, shared, renewed in time, and signed in to, at a provider of our own on 127.0.0.1."""

from __future__ import annotations

import errno
import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from service.mail.connections.oauth import KeptTokens, NoAccess, Provider, ProviderUnavailable, SignInNeeded
from service.mail.connections.oauth_endpoint import TokenEndpoint
from service.mail.connections.oauth_loopback import sign_in_by_browser
from service.mail.connections.oauth_microsoft import MicrosoftProvider
from service.mail.connections.token_store import Grant, TokenStore
from service.mail.connections.web import web_session
from tests.support.servers.certificates import make_certificate
from tests.support.servers.dovecot import free_port
from tests.support.servers.token_server import CLIENT, SECRET, TENANT, TokenServer

HR = "hr@office.example"
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass(slots=True)
class MovableClock:
    """A clock that stands until somebody moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class CampaignContext:
    """A provider, an account at it, and where its tokens are kept."""

    provider: TokenServer
    clock: MovableClock
    store: TokenStore

    def endpoint(self, *, secret: str = "", application: bool = False) -> TokenEndpoint:
        return TokenEndpoint(
            token_url=self.provider.token_url,
            client_id=CLIENT,
            client_secret=secret,
            application=application,
            now=self.clock,
        )

    def tokens(self, provider: Provider | None = None, store: TokenStore | None = None) -> KeptTokens:
        """As one process has them."""
        return KeptTokens(
            account=HR,
            provider=provider or self.endpoint(),
            store=store or self.store,
            now=self.clock,
            sign_in="dondoc sign-in mailbox",
        )

    def signed_in(self) -> KeptTokens:
        """After a person's sign-in, with an access token whose time is up."""
        tokens = self.tokens()
        tokens.keep(Grant(access_token="old", expires_at=START, refresh_token=self.provider.signed_in()))
        return tokens


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[CampaignContext]:
    with TokenServer(HR) as provider:
        yield CampaignContext(provider, MovableClock(), TokenStore(tmp_path / "tokens"))


class TestKeeping:
    """Kept by us alone, whole, and by account."""

    def test_tokens_are_readable_to_us_alone(self, harness: CampaignContext) -> None:
        """The folder is 0700, the file 0600, and no half-written file stays behind."""
        harness.signed_in().token()
        file = harness.store.file(HR)
        assert (file.parent.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
        assert sorted(each.suffix for each in file.parent.iterdir()) == [".json", ".lock"]

    def test_accounts_are_kept_apart(self, harness: CampaignContext) -> None:
        """Names that look alike as file names are different files, and none leaves the folder."""
        files = {harness.store.file(name) for name in ("a/b", "a_b", "../a_b", "a b")}
        assert len(files) == 4
        assert {file.parent for file in files} == {harness.store.file(HR).parent}

    def test_a_broken_file_means_signing_in_again(self, harness: CampaignContext) -> None:
        """Half a file is nobody's sign-in, and no traceback."""
        harness.signed_in()
        harness.store.file(HR).write_text('{"access_token": "x"')
        with pytest.raises(SignInNeeded, match="nobody has signed in; run `dondoc sign-in mailbox`"):
            harness.tokens().token()

    def test_a_store_that_cannot_be_used_is_named(self, harness: CampaignContext, tmp_path: Path) -> None:
        """A file in the folder's place: what it is, and what to check."""
        (tmp_path / "file").write_text("")
        with pytest.raises(ProviderUnavailable, match=r"tmp.*check the folder's owner"):
            harness.tokens(store=TokenStore(tmp_path / "file" / "tokens")).token()


class TestRenewing:
    """S08: renewed before it is too late, once, and rotated refresh tokens are stored."""

    def test_s08_a_token_is_renewed_five_minutes_before_its_end(self, harness: CampaignContext) -> None:
        """S08: one request an hour, and never a token that ends while it is used."""
        tokens = harness.signed_in()
        first = tokens.token()
        harness.clock.now += timedelta(minutes=54)
        assert tokens.token() == first
        harness.clock.now += timedelta(minutes=1, seconds=1)
        assert tokens.token() != first
        assert len(harness.provider.requests) == 2

    def test_s08_rotated_refresh_tokens_are_stored(self, harness: CampaignContext) -> None:
        """S08: each renewal uses the token of the last one, also in a process that begins later."""
        harness.provider.rules.rotates = True
        tokens = harness.signed_in()
        for _ in range(3):
            tokens.token()
            harness.clock.now += timedelta(hours=1)
        assert harness.provider.is_good(harness.tokens().token())
        stored = json.loads(harness.store.file(HR).read_text())
        assert {stored["refresh_token"]} == harness.provider.refresh

    def test_many_threads_renew_once(self, harness: CampaignContext) -> None:
        """Sending and reading ask at the same moment; a rotating provider would lock out the second."""
        harness.provider.rules.rotates = True
        tokens = harness.signed_in()
        with ThreadPoolExecutor(8) as threads:
            given = set(threads.map(lambda _: tokens.token(), range(40)))
        assert (len(given), len(harness.provider.requests)) == (1, 1)

    def test_two_processes_share_one_renewal(self, harness: CampaignContext) -> None:
        """`doctor` beside `run`: whoever comes second finds what the first has stored."""
        harness.provider.rules.rotates = True
        one = harness.signed_in()
        both = [one, *(harness.tokens() for _ in range(5))]
        with ThreadPoolExecutor(6) as threads:
            given = set(threads.map(lambda each: each.token(), both))
        assert (len(given), len(harness.provider.requests)) == (1, 1)

    def test_a_refused_token_is_never_given_again(self, harness: CampaignContext) -> None:
        """The mail server is right: whatever the clock says, a new one is fetched; a newer one is not renewed again."""
        tokens = harness.signed_in()
        first = tokens.token()
        second = tokens.token(refused=first)
        assert second != first
        assert tokens.token(refused=first) == second
        assert len(harness.provider.requests) == 2

    def test_a_full_disk_does_not_cost_the_sign_in(
        self, harness: CampaignContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        """S15: a rotated token that cannot be stored is used, and stored as soon as there is room."""

        class FullStore(TokenStore):
            full = True

            def write(self, account: str, grant: Grant) -> None:
                if self.full:
                    raise OSError(errno.ENOSPC, "No space left on device")
                super().write(account, grant)

        harness.provider.rules.rotates = True
        harness.signed_in()
        store = FullStore(harness.store.file(HR).parent)
        tokens = harness.tokens(store=store)
        for _ in range(2):
            assert harness.provider.is_good(tokens.token())
            harness.clock.now += timedelta(hours=1)
        assert "cannot be stored" in caplog.text
        store.full = False
        tokens.token()
        assert harness.provider.is_good(harness.tokens().token())

    def test_a_withdrawn_sign_in_says_what_to_run(self, harness: CampaignContext) -> None:
        """The administrator reads account, trouble and command; trying again does not help."""
        tokens = harness.signed_in()
        harness.provider.refresh.clear()
        with pytest.raises(SignInNeeded, match=rf"{HR}: .*invalid_grant.*; run `dondoc sign-in mailbox`") as told:
            tokens.token()
        assert told.value.retry is False

    def test_a_sign_in_mends_a_running_service(self, harness: CampaignContext) -> None:
        """The command runs in another process; the service finds what it stored, without a restart."""
        running = harness.signed_in()
        harness.provider.refresh.clear()
        with pytest.raises(SignInNeeded):
            running.token()
        harness.signed_in()
        assert harness.provider.is_good(running.token())

    def test_s07_a_busy_provider_is_waited_for(self, harness: CampaignContext) -> None:
        """S07: 429 with Retry-After is trouble that passes; the stated time is handed on."""
        tokens = harness.signed_in()
        harness.provider.rules.answers.append((429, {"error": "temporarily_unavailable"}, {"Retry-After": "9"}))
        with pytest.raises(ProviderUnavailable) as told:
            tokens.token()
        assert (told.value.retry, told.value.wait_seconds) == (True, 9)
        assert harness.provider.is_good(tokens.token())

    def test_a_provider_that_is_not_there_is_named(self, harness: CampaignContext) -> None:
        """Address, trouble, remedy."""
        nowhere = TokenEndpoint(token_url=f"http://127.0.0.1:{free_port()}/token", client_id=CLIENT, now=harness.clock)
        harness.signed_in()
        with pytest.raises(ProviderUnavailable, match=r"127.0.0.1.*check host and port, and that the server runs"):
            harness.tokens(nowhere).token()

    def test_a_page_instead_of_an_answer_is_trouble_that_passes(self, harness: CampaignContext) -> None:
        """A proxy's sign-in page with status 200 is no token."""
        tokens = harness.signed_in()
        harness.provider.rules.answers.append((200, {"page": "please pay"}, {}))
        with pytest.raises(ProviderUnavailable, match="answer 200"):
            tokens.token()

    def test_s08_the_end_of_a_sign_in_is_announced_once_a_day(
        self, harness: CampaignContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        """S08: where the provider says how long it lasts, a week before its end; `doctor` says the same."""
        harness.provider.rules.rotates, harness.provider.rules.refresh_lifetime = True, 8 * 86_400
        tokens = harness.signed_in()
        tokens.token()
        assert tokens.warning() == ""
        harness.provider.rules.refresh_lifetime = 6 * 86_400
        with caplog.at_level(logging.WARNING):
            for _ in range(26):
                harness.clock.now += timedelta(hours=1)
                tokens.token()
        assert caplog.text.count("the sign-in ends on") == 2
        assert tokens.warning().endswith("; run `dondoc sign-in mailbox` before")


class TestApplication:
    """The service signs in as itself."""

    def test_nobody_needs_to_sign_in(self, harness: CampaignContext) -> None:
        """Client credentials give a token, and the next one."""
        harness.provider.rules.needs_secret = True
        tokens = harness.tokens(harness.endpoint(secret=SECRET, application=True))
        assert harness.provider.is_good(tokens.token())
        assert tokens.token(refused=tokens.token()) != ""

    def test_a_wrong_secret_is_named(self, harness: CampaignContext) -> None:
        """The administrator reads what to check; the secret itself is in no line."""
        harness.provider.rules.needs_secret = True
        with pytest.raises(NoAccess, match="check `client_id`, `tenant` and the client's secret") as told:
            harness.tokens(harness.endpoint(secret="expired one", application=True)).token()
        assert "expired one" not in str(told.value)


class TestBrowser:
    """The sign-in in a browser on this machine, as Google wants it."""

    def sign_in(
        self, harness: CampaignContext, *, comes: bool = True, allows: bool = True, patience: float = 5.0
    ) -> Grant:
        """`comes`: the person opens the address; `allows`: and agrees."""

        def browse(address: str) -> None:
            back = requests.get(address, allow_redirects=False, timeout=5).headers["Location"]
            home, _, answer = back.partition("?")
            assert requests.get(f"{home}?code=stolen&state=guessed", timeout=5).status_code == 404
            state = answer[answer.index("state=") :]
            requests.get(back if allows else f"{home}?error=access_denied&{state}", timeout=5)

        def show(address: str) -> None:
            if comes:
                threading.Thread(target=browse, args=(address,), daemon=True).start()

        return sign_in_by_browser(
            harness.endpoint(),
            authorization_url=f"{harness.provider.base}/authorize",
            client_id=CLIENT,
            scopes=["mail"],
            user=HR,
            show=show,
            patience=patience,
        )

    def test_the_code_is_exchanged_for_tokens(self, harness: CampaignContext) -> None:
        """A foreign request changes nothing; ours ends with a refresh token that works."""
        tokens = harness.tokens()
        tokens.keep(self.sign_in(harness))
        harness.clock.now += timedelta(hours=1)
        assert harness.provider.is_good(tokens.token())
        assert harness.provider.requests[0]["redirect_uri"].startswith("http://127.0.0.1:")

    def test_nobody_comes(self, harness: CampaignContext) -> None:
        """The command ends in time and says what to do."""
        with pytest.raises(NoAccess, match="nobody signed in within 0 s; run the command again"):
            self.sign_in(harness, comes=False, patience=0.2)

    def test_a_person_who_does_not_allow_it_is_told(self, harness: CampaignContext) -> None:
        """The provider's word, and what to do."""
        with pytest.raises(NoAccess, match="'access_denied'; sign in again and allow the access"):
            self.sign_in(harness, allows=False)
        assert harness.provider.requests == []

    def test_a_code_that_was_tampered_with_is_refused_by_the_provider(self, harness: CampaignContext) -> None:
        """Only the provider's own code with our verifier is worth anything."""
        harness.provider.rules.answers.append((400, {"error": "invalid_grant"}, {}))
        with pytest.raises(SignInNeeded, match="invalid_grant"):
            self.sign_in(harness)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


class TestMicrosoft:
    """Microsoft's own library against a provider with https, as it insists."""

    @pytest.fixture
    def entra(self, certificate: tuple[Path, Path], tmp_path: Path) -> Iterator[CampaignContext]:
        with TokenServer(HR, certificate=certificate) as provider:
            yield CampaignContext(provider, MovableClock(), TokenStore(tmp_path / "tokens"))

    def provider(
        self, harness: CampaignContext, ca_file: Path | None, *, secret: str = "", application: bool = False
    ) -> MicrosoftProvider:
        return MicrosoftProvider(
            tenant=TENANT,
            client_id=CLIENT,
            client_secret=secret,
            application=application,
            scopes=["https://graph.microsoft.com/.default" if application else "Mail.ReadWrite"],
            authority=harness.provider.base,
            session=web_session(ca_file, timeout=5.0),
            now=harness.clock,
        )

    def test_a_code_entered_elsewhere_signs_in_and_is_renewed(
        self, entra: CampaignContext, certificate: tuple[Path, Path]
    ) -> None:
        """Device code: the person reads address and code; from then on refresh tokens rotate by themselves."""
        entra.provider.rules.rotates, entra.provider.rules.pending = True, 1
        provider, shown = self.provider(entra, certificate[0]), list[str]()
        tokens = entra.tokens(provider)
        tokens.keep(provider.sign_in(shown.append))
        assert shown == [f"Open {entra.provider.base}/device and enter the code ABCD-EFGH"]
        for _ in range(2):
            entra.clock.now += timedelta(hours=1)
            assert entra.provider.is_good(tokens.token())
        assert [form.get("grant_type", "device")[-11:] for form in entra.provider.requests[-2:]] == ["fresh_token"] * 2

    def test_the_service_signs_in_as_itself(self, entra: CampaignContext, certificate: tuple[Path, Path]) -> None:
        """Client credentials; a refused token is really replaced, not found again in msal's memory."""
        entra.provider.rules.needs_secret = True
        tokens = entra.tokens(self.provider(entra, certificate[0], secret=SECRET, application=True))
        first = tokens.token()
        entra.provider.revoke_access()
        assert not entra.provider.is_good(first)
        assert entra.provider.is_good(tokens.token(refused=first))

    def test_an_expired_secret_is_named(self, entra: CampaignContext, certificate: tuple[Path, Path]) -> None:
        """Microsoft's own words, and what to check."""
        entra.provider.rules.needs_secret = True
        with pytest.raises(NoAccess, match=r"AADSTS7000215.*check `client_id`, `tenant`"):
            entra.tokens(self.provider(entra, certificate[0], secret="expired", application=True)).token()

    def test_a_withdrawn_sign_in_is_named(self, entra: CampaignContext, certificate: tuple[Path, Path]) -> None:
        """A refresh token that is no longer taken needs a person."""
        tokens = entra.tokens(self.provider(entra, certificate[0]))
        tokens.keep(Grant(access_token="old", expires_at=START, refresh_token="withdrawn"))
        with pytest.raises(SignInNeeded, match="run `dondoc sign-in mailbox`"):
            tokens.token()

    def test_a_strange_certificate_is_refused(self, entra: CampaignContext) -> None:
        """Without the authority's file nothing is said to the server, and the line names the remedy."""
        tokens = entra.tokens(self.provider(entra, None, secret=SECRET, application=True))
        with pytest.raises(NoAccess, match="`ca_file`"):
            tokens.token()
        assert entra.provider.requests == []
