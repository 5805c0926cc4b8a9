"""`dondoc doctor --reconcile`: the mailbox against the ledger, in one line and then by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.cli.common import settings_of
from service.cli.examination import CheckResult
from service.flow.ports.failures import CannotGoOn
from service.flow.watch.reconciliation import Reconciliation, as_json, in_words
from service.settings import SettingRefused
from service.wiring.assembly import build_service


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the comparison gave, for people and for programs."""

    result: CheckResult
    lines: list[str] = field(default_factory=list)
    details: dict[str, Any] | None = None
    """None: there was nothing to compare, and `result` says why."""


def compare(config: Path | None) -> Compared:
    """Looks into mailbox and ledger; changes nothing in either."""
    try:
        settings = settings_of(config)
        with build_service(settings) as service:
            found = service.reconcile()
            open_campaign = service.services.any_campaign.campaign
            lines = in_words(found, service.services.mail.wording(open_campaign.id, open_campaign.language))
    except (CannotGoOn, SettingRefused, OSError) as problem:
        return Compared(result=CheckResult("reconciliation", False, str(problem)))
    return Compared(
        result=CheckResult("reconciliation", found.agrees, _said(found)), lines=lines, details=as_json(found)
    )


def _said(found: Reconciliation) -> str:
    counts = ", ".join(f"{count} {state}" for state, count in sorted(found.counts.items())) or "none"
    waited = found.oldest_waiting_seconds
    oldest = f"; oldest unprocessed {waited:.0f} s" if waited is not None else "; nothing waits"
    troubles = "".join(f"; {trouble.concern}: {trouble.said}" for trouble in found.troubles)
    verdict = "mailbox and ledger agree" if found.agrees else "mailbox and ledger differ"
    old = f" ({found.left_alone} of before the campaign, left alone)" if found.left_alone else ""
    lying = f"{found.lying} mails in the folder{old}, {found.received} in the ledger ({counts})"
    return f"{verdict}; {lying}{oldest}{troubles}"
