"""One answer to a mail: what its papers, its wishes and its questions came to, in one letter with one subject."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.core.sentences import Wording
from service.core.units import Unit
from service.flow.context import CampaignContext
from service.flow.outbox.compose import reply_to_unit
from service.flow.outbox.letters import Part
from service.flow.triage.passed_on import is_passed_on
from service.flow.triage.triage import Incoming

LEADS = (
    "sender_denied",
    "needs_correction",
    "confirmation",
    "unusable",
    "whose_list_unit",
    "contact_unclear",
    "contact_waiting",
    "contact_named",
    "extension_unclear",
    "extension_requested",
    "template_again",
    "not_possible_help",
    "status_unit",
    "question_received",
    "instructions",
)
"""Which part is the letter and which are paragraphs of it: what needs most words first."""
SAID_ANYWAY = frozenset({"status_unit"})
"""Every answer says where the unit stands."""


def answer(
    context: CampaignContext, unit: Unit, mail: Incoming, parts: Sequence[Part], *, to_contact: bool = False
) -> bool:
    """Queues the letter; False when there is nothing to say, or it was said before."""
    if not parts:
        return False
    by_template = {part.template: part for part in reversed(parts)}
    ordered = sorted(by_template.values(), key=lambda part: LEADS.index(part.template))
    first, rest = ordered[0], [part for part in ordered[1:] if part.template not in SAID_ANYWAY]
    wording = context.wording(unit.language)
    facts: dict[str, Any] = {
        **first.facts,
        "beside": [_paragraph(wording, part) for part in rest],
        "passed_on": is_passed_on(context, unit, mail),
        "received_at": context.local(mail.record.received_at),
    }
    attachments = {each.name: each for part in ordered for each in part.attachments}
    return reply_to_unit(
        context,
        unit,
        mail,
        first.template,
        facts,
        attachments=tuple(attachments.values()),
        to_contact=to_contact,
    )


def _paragraph(wording: Wording, part: Part) -> str:
    """`missing` in its facts tells sentences of one template apart."""
    missing = part.beside.get("missing")
    key = f"beside.{part.template}.{missing}" if missing else f"beside.{part.template}"
    return wording.say(key, **part.beside)
