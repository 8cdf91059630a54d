"""What a document is called when its format does not say: its first line, a heading, its file's name.

Also which titles say nothing, as programs put them there. Does not depend on file formats.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from coopsearch.indexer.extract.passages import plain
from coopsearch.search.model import Passage

#: A first line longer than this is a paragraph, not a title.
TITLE_LIMIT: Final = 150
_WORD: Final = re.compile(r"\w")
_JOINTS: Final = re.compile(r"[\s_.\-–]+")


def _folded(text: str) -> str:
    """Return small letters without accents."""
    text = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in text if not unicodedata.combining(sign))


def _words(text: str) -> frozenset[str]:
    return frozenset(_folded(text).split())


#: What programs write where nobody gave a title: of these words alone no title is made, in any language.
_NO_TITLE: Final = _words(
    "untitled unnamed noname untitle notitle sans titre sin sem título senza titolo ohne unbenannt "
    "unbenannte unbenanntes unbenannter naamloos naamloze zonder namnlös namnlöst uten unavngivet navnløs "
    "nimetön tytułu nazwy názvu названия имени назви adsız başlıksız titlu χωρίς τίτλο névtelen undefined "
    "null none unknown inconnu inconnue unbekannt desconocido desconhecido sconosciuto onbekend "
    "неизвестно blank vide بدون بلا ללא scan scanned scanner numérisation numérisé img dsc"
) - {"titre", "titolo", "titulo"}
#: Those of them that say so with another word only.
_WITHOUT: Final = _words("sans sin sem senza ohne zonder uten χωρίς بدون بلا ללא vide")
#: What they call the kinds of documents, and those who write them.
_KINDS: Final = _words(
    "document documents documento documenti dokument dokumentum dokumente doc docs документ belge έγγραφο "
    "asiakirja title titre titel título titolo tytuł rubrik otsikko τίτλος название عنوان العنوان slide "
    "slides diapositive diapositiva diapo folie dia slajd slayt snímek слайд διαφάνεια شريحة الشريحة "
    "presentation présentation presentación apresentação presentazione präsentation praesentation "
    "presentatie presentasjon præsentation prezentacja prezentace prezentare prezentácia презентация "
    "презентація sunu sunusu bemutató παρουσίαση esitys عرض تقديمي ارائه מצגת book workbook classeur "
    "libro livro mappe cartella kitap zeszyt книга مصنف sheet worksheet spreadsheet feuille feuil tabelle "
    "hoja planilha foglio arkusz лист таблица ورقة جدول بيانات مستند وثيقة سند מסמך drawing page author "
    "user users admin administrator administrateur administrador amministratore owner auteur autor autore "
    "utilisateur usuario utente benutzer gebruiker пользователь مستخدم المستخدم المؤلف"
)
#: What may stand between them, and names of programs.
_BETWEEN: Final = _words(
    "of de du da do di the in en na no by new nouveau nouvelle neu neue neues nuevo novo nuovo nieuw copy "
    "copie kopie copia microsoft ms office word powerpoint excel publisher google libreoffice openoffice "
    "windows calcul cálculo standard programu aplikace image picture text file nom name nombre nome без "
    "bez fără في من جديد שם כותרת utan ikke του"
)
_PROGRAMS: Final = frozenset(("microsoft", "libreoffice", "openoffice"))
#: Scripts that put no spaces between these words.
_UNSPACED: Final = re.compile(
    r"(?:无标题|無標題|未命名|无题|無題|タイトルなし|名称未設定|제목\s*없음|演示文稿|簡報|文档|文檔|文書|文件|工作簿|工作表|"
    r"幻灯片|投影片|新建|プレゼンテーション|スライド|ドキュメント|프레젠테이션|슬라이드|문서|microsoft|powerpoint|word|"
    r"[的の\W\d_])+"
)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DIGITS: Final = re.compile(r"\d")
#: A number behind the kind of document is the program's, if it is short: "Title 42" is not.
_NUMBER: Final = {"title": 1, "titre": 1}
_SHORT_NUMBER: Final = 3
_FILE: Final = re.compile(
    r".*\.(?:docx?|docm|dotx?|dotm|pdf|indd|qxd|pub|pptx?|pptm|ppsx?|xlsx?|xlsm|xlsb|csv|rtf|od[tpsg]|sx[wci]|tex|"
    r"dvi|wpd|wps|p65|pmd|txt|html?|jpe?g|png|tiff?|bmp|gif)",
    re.IGNORECASE,
)
#: Libraries that write themselves where a title or an author would be.
_LIBRARY: Final = re.compile(
    r"python-docx|openpyxl|apache poi|pptxgenjs(?: presentation)?|un-named|phpword|phpspreadsheet|"
    r"unknown creator|xlsxwriter|docx4j",
    re.IGNORECASE,
)
_DEVICE: Final = re.compile(r"scanned (?:from|by|with|on)\b.*", re.IGNORECASE)
#: What programs put before the name of a file that they print, and behind it.
_PROGRAM: Final = re.compile(
    r"microsoft (?:office )?(?:word|powerpoint|excel|publisher|visio|project|onenote)\b\s*[-–—]\s*",
    re.IGNORECASE,
)
_MODE: Final = re.compile(r"\s*[\[(][^\[\]()]{4,40}[\])]$")
_WINDOW: Final = re.compile(
    r"\s+[-–—]\s+(?:microsoft (?:office )?(?:word|powerpoint|excel)|google (?:docs|sheets|slides)|"
    r"(?:libre|open)office(?:\.org)?(?: \w+)?)$",
    re.IGNORECASE,
)
_PRINTED_MAIL: Final = re.compile(r"microsoft (?:office )?outlook\b.*", re.IGNORECASE)


def meant(title: str) -> str:
    """Return what people wrote of a title, "" where all of it is a program's."""
    title = " ".join(title.split())
    if printed := _PROGRAM.match(title):
        title = _MODE.sub("", title[printed.end() :])
    title = _WINDOW.sub("", title)
    return "" if says_nothing(title) else title


def says_nothing(title: str) -> bool:
    """Say whether a title is one that programs give, in any of many languages: no name, a kind, a file."""
    if any(one.fullmatch(title) for one in (_FILE, _DEVICE, _LIBRARY, _PRINTED_MAIL)):
        return True
    words = _LETTERS.findall(_folded(title))
    if not words or _UNSPACED.fullmatch(title.casefold()):
        return True
    if not all(word in _NO_TITLE or word in _KINDS or word in _BETWEEN for word in words):
        return False
    if words == ["no", "name"] or any(
        word in _NO_TITLE and (len(words) > 1 or word not in _WITHOUT) for word in words
    ):
        return True
    if any(word in _KINDS for word in words):
        return len(_DIGITS.findall(title)) <= min(_NUMBER.get(word, _SHORT_NUMBER) for word in words)
    return len(words) > 1 and any(word in _PROGRAMS for word in words)


def title_of(text: str, passages: Iterable[Passage], address: str, *, start: int = 0) -> str:
    """Return the first line that holds a word, if it is short; else a heading; else the file's name."""
    return first_line(text, start) or first_heading(text, passages) or named(address)


def first_line(text: str, start: int = 0) -> str:
    """Return the first line that holds a word, cleaned; "" for none, or one too long for a title."""
    match = _WORD.search(text, start)
    if match is None:
        return ""
    begin = 1 + max(text.rfind("\n", start, match.start()), text.rfind("\r", start, match.start()))
    line = (text[max(begin, start) : match.start() + TITLE_LIMIT + 1].splitlines() or [""])[0].strip()
    return plain(line) if len(line) <= TITLE_LIMIT else ""


def first_heading(text: str, passages: Iterable[Passage]) -> str:
    """Return the first heading, cleaned; "" if there is none."""
    return next((plain(text[one.start : one.end]) for one in passages if one.level), "")


def named(address: str) -> str:
    """Return the words of a file's name, or of a member's, without its ending."""
    name = address.rsplit("/", 1)[-1]
    member = name.rsplit("!", 1)[-1]
    name = member if member.strip(".") and not member.startswith(".") else name
    stem, dot, suffix = name.rpartition(".")
    if dot and stem and suffix.isalnum():
        name = stem
    return _JOINTS.sub(" ", name).strip() or address
