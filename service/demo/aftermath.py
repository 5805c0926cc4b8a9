"""After the last day: gathers from mailboxes what can be seen from outside, and keeps the mails as files."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.core.progress.progress import Progress
from service.core.units import Unit
from service.demo.cast import Member
from service.demo.correspondence import File, Sent, read_head, read_letter
from service.demo.script import CampaignEnding, Parcel
from service.demo.server.mail_server import MailServer, Submitted
from service.demo.stage import DemoStage

SHA256 = re.compile(r"\b[0-9a-f]{64}\b")
FOLDERS = ("INBOX", "Processed", "Review", "Ignored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Who can tell what happened."""

    stage: DemoStage
    members: Sequence[Member]
    server: MailServer
    sent: Sequence[Sent]
    """What people wrote."""


def ending_of(witness: Witness, progress: Iterable[Progress]) -> CampaignEnding:
    """Everything the script has expectations about."""
    stage = witness.stage
    units: Sequence[Unit] = stage.campaign_folder.units
    automatic = [sent for sent in witness.sent if sent.draft.automatic]
    return CampaignEnding(
        progress={each.unit: each for each in progress},
        workers={unit.code: len(stage.campaign_folder.workers.get(unit.code, ())) for unit in units},
        got=_mails_by_reader(witness),
        answered_automatic=tuple(_answers_to_automatic(witness, automatic)),
        automatic_sent=len(automatic),
        parcels=tuple(parcel(read_letter(raw).files) for raw in witness.server.messages(stage.campaign.agency.address)),
    )


def _answers_to_automatic(witness: Witness, automatic: Sequence[Sent]) -> Iterator[str]:
    """Our mails that answer a mail program or a delivery report."""
    ids = {sent.message_id for sent in automatic}
    for folder in FOLDERS:
        arrived = [read_head(raw) for raw in witness.server.messages(witness.stage.service_address, folder)]
        ids |= {letter.message_id for letter in arrived if letter.automatic}
    for submitted in _from_us(witness):
        letter = read_head(submitted.content)
        if ids & {letter.answers, *letter.references}:
            yield letter.subject


def _from_us(witness: Witness) -> list[Submitted]:
    return [mail for mail in witness.server.submitted if mail.sender == witness.stage.service_address]


def _mails_by_reader(witness: Witness) -> dict[str, Counter[str]]:
    """Counted where they leave us, so that a mail which comes back or is lost counts too."""
    names, got = _names(witness), defaultdict[str, Counter[str]](Counter)
    for submitted in _from_us(witness):
        kind = read_head(submitted.content).kind or "other"
        for address in submitted.recipients:
            got[names.get(address.lower(), address)][kind] += 1
    return dict(got)


def _names(witness: Witness) -> dict[str, str]:
    """Address to what the expectations call its reader."""
    campaign, units = witness.stage.campaign, witness.stage.campaign_folder.units
    heads = {unit.head_address: f"head of {unit.code}" for unit in units if unit.head_address}
    registered = {address: f"{unit.code} at her old address" for unit in units for address in unit.addresses}
    homes = {each.private_address: f"{each.unit.code} at home" for each in witness.members if each.private_address}
    read = {member.mailbox: member.unit.code for member in witness.members}
    officers = dict.fromkeys(campaign.hr_addresses, "HR")
    return {**heads, **registered, **homes, **read, **officers, campaign.agency.address: "agency"}


def parcel(files: Sequence[File]) -> Parcel:
    """The files of a package by their hashes, and what its manifest says of them."""
    contents = dict(_unpacked(files))
    manifests = [content for name, content in contents.items() if "manifest" in name.lower()]
    said: dict[str, str] = {}
    for manifest in manifests:
        said |= _manifest(manifest.decode("utf-8-sig"), contents)
    return Parcel(
        files={name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}, manifest=said
    )


def _unpacked(files: Sequence[File]) -> Iterator[File]:
    for name, content in files:
        yield name, content
        if name.lower().endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from ((inside, archive.read(inside)) for inside in archive.namelist())


def _manifest(text: str, contents: Mapping[str, bytes]) -> dict[str, str]:
    """Lines with a hash and a file name, however they are laid out; a name that did not arrive stays as written."""
    said: dict[str, str] = {}
    for line in text.splitlines():
        found = SHA256.search(line)
        if found:
            cells = [cell.strip(' "*') for cell in re.split(r"[,;\t]|\s{2,}", SHA256.sub(" ", line))]
            name = next((cell for cell in cells if cell in contents), "") or " ".join(cells).strip()
            said[name] = found.group()
    return said


def keep_mails(witness: Witness, folder: Path) -> int:
    """Every mail of the story as a file, in its order, with its kind in the name; gives how many."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, submitted in enumerate(witness.server.submitted, 1):
        letter = read_head(submitted.content)
        writer = submitted.sender.partition("@")[0] or "report"
        kind = letter.kind if submitted.sender == witness.stage.service_address else "incoming"
        reader = submitted.recipients[0].partition("@")[0] if submitted.recipients else "nobody"
        name = re.sub(r"[^\w.-]", "-", f"{number:03d}-{writer}-to-{reader}-{kind or 'other'}.eml")
        (folder / name).write_bytes(submitted.content)
    return len(witness.server.submitted)
