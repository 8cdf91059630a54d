"""Small dictionaries and glossaries of each format, made for tests."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

#: Of FreeDict's kind, with all that is to be taken off.
ARTICLES = {
    "smuggling": "smuggling /ˈsmʌɡlɪŋ/ <n>\n1. تهريب، تهريب البضائع\n2. تسلل (خلسة)\n",
    "border": "Border /bˈɔːdə/\nحدود; تخم\n",
    "of": "of /ɒv/\nمن\n",
    "route": "route /ruːt/ <n>\n1. طريق\n   see {road}\n2. مسار\n",
}
INFO = (
    "00-database-info\nEnglish-Arabic Test Dictionary\n\nAvailability:\n\n"
    "    Available under the terms of the GNU General Public License ver. 3.0 and\n  any later version.\n"
)


def base64(number: int) -> str:
    """Return a number as dictd writes it."""
    text = ""
    while True:
        text = _DIGITS[number % 64] + text
        number //= 64
        if not number:
            return text


def dictd(
    folder: Path, stem: str = "test-eng-ara", articles: Mapping[str, str] = ARTICLES, *, packed: bool = True
) -> Path:
    """Make a dictionary of dictd; return the path of its index."""
    rows, data = [], b""
    about = {"00databaseinfo": INFO, "00databaseshort": "English-Arabic Test Dictionary ver. 1"}
    for headword, article in {**about, **articles}.items():
        content = article.encode()
        rows.append(f"{headword}\t{base64(len(data))}\t{base64(len(content))}\n")
        data += content
    if packed:
        (folder / f"{stem}.dict.dz").write_bytes(gzip.compress(data))
    else:
        (folder / f"{stem}.dict").write_bytes(data)
    (folder / f"{stem}.index").write_text("".join(rows), encoding="utf-8")
    return folder / f"{stem}.index"


def stardict_files(
    articles: Mapping[str, str],
    *,
    kind: str = "m",
    synonyms: Sequence[tuple[str, int]] = (),
    name: str = "English-French Test",
    wide: bool = False,
) -> dict[str, bytes]:
    """Return the files of a dictionary of StarDict by endings; ``kind`` "" writes it in each article."""
    index, data = b"", b""
    for headword, article in articles.items():
        content = article.encode() if kind else b"m" + article.encode() + b"\0"
        index += headword.encode() + b"\0" + struct.pack(">QI" if wide else ">II", len(data), len(content))
        data += content
    ifo = f"StarDict's dict ifo file\nversion=2.4.2\nbookname={name}\nwordcount={len(articles)}\n"
    ifo += f"idxfilesize={len(index)}\n" + (f"sametypesequence={kind}\n" if kind else "")
    ifo += "description=Copyright of nobody.<br>Released under CC BY 4.0.\n"
    ifo += "idxoffsetbits=64\n" if wide else ""
    files = {".ifo": ifo.encode(), ".idx": index, ".dict": data}
    if synonyms:
        rows = (word.encode() + b"\0" + struct.pack(">I", number) for word, number in synonyms)
        files[".syn"] = b"".join(rows)
    return files


def put(folder: Path, stem: str, files: Mapping[str, bytes]) -> Path:
    """Write files of one stem; return the path of the first."""
    for ending, content in files.items():
        (folder / f"{stem}{ending}").write_bytes(content)
    return folder / f"{stem}{next(iter(files))}"


def archive(path: Path, files: Mapping[str, bytes]) -> Path:
    """Make a zip or a tar of files, by the ending of its name."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in files.items():
                packed.writestr(name, content)
    else:
        mode = "w:gz" if path.name.endswith("gz") else "w:bz2" if path.name.endswith("bz2") else "w:xz"
        with tarfile.open(path, mode) as tar:  # type: ignore[call-overload] # the mode is one of three
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return path


TBX2 = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><martifHeader><fileDesc>
<titleStmt><title>Terms of an office</title></titleStmt>
<publicationStmt><p>For use under the licence CC BY-SA 4.0.</p></publicationStmt>
</fileDesc></martifHeader><text><body>
<termEntry id="1">
  <langSet xml:lang="en"><tig><term>people smuggling</term></tig><ntig><termGrp><term>smuggling</term>
    <termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termGrp></ntig></langSet>
  <langSet xml:lang="fr-FR"><tig><term>passage clandestin</term>
    <termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig>
    <tig><term>trafic illicite</term></tig></langSet>
  <langSet xml:lang="de"><tig><term>Schleusung</term></tig></langSet>
</termEntry>
<termEntry id="2">
  <langSet xml:lang="en"><tig><term>border</term></tig></langSet>
  <langSet xml:lang="ar"><tig><term>حدود</term></tig></langSet>
</termEntry></body></text></martif>
"""
TBX3_DCT = """<?xml version="1.0"?>
<tbx style="dct" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
 xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
<tbxHeader><fileDesc><titleStmt><title>Basic</title></titleStmt></fileDesc></tbxHeader><text><body>
<conceptEntry id="c1"><langSec xml:lang="en"><termSec><term>smuggler</term></termSec></langSec>
<langSec xml:lang="fr"><termSec><term>trafiquant</term>
<min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus></termSec>
<termSec><term>passeur</term></termSec></langSec></conceptEntry>
</body></text></tbx>
"""
TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header creationtool="x" srclang="en" datatype="plaintext">
<note>Copyright of the office; all rights reserved.</note></header><body>
<tu><tuv xml:lang="EN-US"><seg>money <bpt i="1">&lt;b&gt;</bpt>laundering</seg></tuv>
<tuv xml:lang="ar"><seg>غسل الأموال</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>The office asks all states to report on what they have done so far.</seg></tuv>
<tuv xml:lang="ar"><seg>يطلب المكتب من جميع الدول أن تقدم تقارير عما قامت به حتى الآن.</seg></tuv></tu>
</body></tmx>
"""
