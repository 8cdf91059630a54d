"""Mails, calendars and cards that were found to be read badly, through the real command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

#: Files, and what a person would look for in each.
FOUND = {
    "altfull.eml": '"report about smuggling routes"',
    "b64nopad.eml": "xraynopad réfugiés",
    "badstart.eml": 'subject:"blank lines first" foxtrotstart',
    "bom.eml": 'subject:"bom first" echobom',
    "contact.vcf": '"Amina Deltavcf"',
    "emptyplain.eml": "limahtml",
    "flowed.eml": '"smuggling ring moved north"',
    "flowed2.eml": '"across the border between two towns"',
    "invite.eml": '"Coordination meeting alphacal" charliecal bravocal',
    "invite2.eml": '"Please join" charliecal bravocal',
    "isowrong.eml": '"réfugiés hotelascii passés à la frontière"',
    "meeting.ics": 'date:2024-11-05 "returns charliecal"',
    "metacharset.eml": '"تهريب المهاجرين" zuluarabic',
    "multib64.eml": "yankeemultipart",
    "octet.eml": '"see attachment"',
    "smime-onepart-signed.eml": '"cancel this contract"',
    "subjraw.eml": 'subject:"Réunion à Genève"',
    "subjsplit.eml": 'subject:"تهريب المهاجرين" julietsplit',
    "unknowncharset.eml": '"réfugiés golfcharset passés"',
}


@pytest.fixture(scope="module")
def folder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files."""
    top = tmp_path_factory.mktemp("faults")
    (top / "docs").mkdir()
    for name in FOUND:
        (top / "docs" / name).write_bytes((shared / "faults" / "documents" / name).read_bytes())
    return top


def test_found(folder: Path, run: Run) -> None:
    """Each is found by what a person reads in it, and none has a fault."""
    done = run("index", "docs", "--index", "ix", cwd=folder)
    assert done.code == 0, done.err
    (status,) = run("status", "--index", "ix", "--json", cwd=folder).objects()
    assert status["states"] == {"indexed": len(FOUND)}
    missed = {
        name: query
        for name, query in FOUND.items()
        if f"docs/{name}"
        not in [one["shown"] for one in run(query, "--all", "--index", "ix", "--json", cwd=folder).objects()]
    }
    assert not missed
