"""Papers that HR passes on: read, shown, and counted when HR says so."""

from __future__ import annotations

from service.core.tasks import HeldMail
from service.flow.answers.wording import files_in_words
from service.flow.context import CampaignContext
from service.flow.outbox.compose import to_hr
from service.flow.outbox.letters import HrLetter, in_thread
from service.flow.papers.assessment import ReadPapers
from service.flow.tasks import open_task
from service.flow.triage.triage import Incoming


def ask_hr(context: CampaignContext, mail: Incoming, papers: ReadPapers) -> None:
    """One answer to whoever at HR sent them: what was found, for which unit, and what to say so that it counts."""
    unit = mail.triage.candidate
    task = open_task(context, HeldMail(mail=mail.record.id), unit=unit)
    wording = context.wording()
    letter = HrLetter(
        key=f"passed-on:{mail.record.id}",
        template="passed_on",
        facts={
            "subject": mail.message.subject,
            "meant": unit,
            "mail_id": mail.record.id,
            "lists": [{"name": read.paper.name, "people": len(read.roster.rows)} for read in papers.rosters],
            "forms": len(papers.forms),
            "files": files_in_words(context.campaign, papers, wording),
        },
        unit=unit,
        tasks=(task.id,),
        answers=in_thread(mail),
    )
    to_hr(context, letter)
