"""What the indexes that are served cover: by whoever knows the sources, else by what an index knows itself.

Does not depend on the web's libraries.
"""

from __future__ import annotations

from typing import Any

from coopsearch.search.errors import FileState, SettingsError
from coopsearch.search.indexdir.coverage import as_value
from coopsearch.search.serving.service import Service

#: What is listed beside the states of files: members of mails and archives that nothing reads.
UNREAD = "unread"


def status_of(service: Service) -> list[dict[str, Any]]:
    """Return what each index covers."""
    found = []
    for folder, coverage in service.index.coverages.items():
        value: dict[str, Any] = {
            "name": service.labels.get(folder, ""),
            "index": folder,
            "coverage": None if coverage is None else as_value(coverage, None),
        }
        if service.outside.status is not None:
            path = next(one for one in service.folders if str(one) == folder)
            value["status"] = service.outside.status(path)
        found.append(value)
    return found


def files_of(service: Service, state: str) -> list[dict[str, Any]]:
    """Return the files of a state ("no-text"), or what is "unread". Raises SettingsError for another."""
    wanted = state.replace("-", " ").strip().lower()
    names = [one.value for one in FileState]
    if wanted not in {*names, UNREAD}:
        listed = ", ".join(name.replace(" ", "-") for name in (*names, UNREAD))
        raise SettingsError(f"{state!r:.60} is not a state of a file; there are: {listed}")
    if service.outside.files is None:
        raise SettingsError("nothing here knows the files of the sources; `coopsearch serve` does")
    files = service.outside.files
    return [one for folder in service.folders for one in files(folder, wanted)]
