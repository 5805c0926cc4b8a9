"""The folders of a mailbox at Microsoft 365: their ids by name, made when they are missing."""

from __future__ import annotations

from service.mail.graph.client import GraphClient, GraphRefused, in_path, in_text

WELL_KNOWN = ("inbox", "archive", "sentitems", "deleteditems", "junkemail", "drafts")
"""Names which Graph knows in every language of Outlook; written so in the settings."""

PAGE = 100


class GraphFolders:
    """Remembers ids, for each name costs a request a level."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client
        self._ids: dict[str, str] = {}

    def id_of(self, name: str) -> str:
        """The id of a folder that must be there. Raises GraphRefused."""
        found = self._ids.get(name) or self._found(name)
        if not found:
            raise GraphRefused(404, "ErrorItemNotFound", f"no folder {name!r}; check the folder's name")
        self._ids[name] = found
        return found

    def made_sure_of(self, name: str) -> str:
        """The id of a folder for people, which is made when it is missing."""
        if name not in self._ids:
            self._ids[name] = self._found(name, make=True)
        return self._ids[name]

    def beginning_with(self, start: str) -> tuple[str, ...]:
        """Names of the folders beside the inbox that begin so."""
        wanted = {"$filter": f"startswith(displayName,{in_text(start)})", "$select": "id,displayName"}
        pages = self._client.pages("mailFolders", wanted, page=PAGE)
        return tuple(str(found["displayName"]) for page in pages for found in page.get("value") or [])

    def forget(self) -> None:
        self._ids.clear()

    def _found(self, name: str, *, make: bool = False) -> str:
        """Level by level: "Dondoc/Processed" lies in "Dondoc". "" when it is missing."""
        if name.lower() in WELL_KNOWN:
            return str(self._client.get(f"mailFolders/{name.lower()}", {"$select": "id"})["id"])
        place = "mailFolders"
        found = ""
        for part in name.split("/"):
            found = self._child(place, part) or (self._made(place, part) if make else "")
            if not found:
                return ""
            place = f"mailFolders/{in_path(found)}/childFolders"
        return found

    def _child(self, place: str, name: str) -> str:
        wanted = {"$filter": f"displayName eq {in_text(name)}", "$select": "id,displayName"}
        found = self._client.get(place, wanted).get("value") or []
        return str(found[0]["id"]) if found else ""

    def _made(self, place: str, name: str) -> str:
        try:
            return str(self._client.post(place, {"displayName": name})["id"])
        except GraphRefused as problem:
            if problem.code != "ErrorFolderExists":
                raise
            return self._child(place, name)  # a person or another process was quicker
