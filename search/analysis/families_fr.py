"""French families: which endings of stems make one family over one root.

After the suffixes in M. Grevisse, A. Goosse, "Le bon usage", chapter on derivation. Each class names the roots
after which its endings belong to another word. This file knows stems alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search.analysis.families import Endings, Relative, by_endings, by_table


def _except(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CLASSES: Final = (
    Endings("-eur/-euse", ("", "eur", "eux"), 4, _except(
        "serv mott desert success coul terr fact sect vect solv vap curs point demand procur medi"
    )),
    Endings("-re/-eur", ("re", "eur"), 4),
    Endings("-dre/-se", ("dre", "s", "seur"), 4, _except("per")),
    Endings("-ire/-ction", ("ire", "ct", "cteur"), 4),
    Endings("-er/-ation", ("", "at", "atoir", "ateur"), 4, _except(
        "form contr const loc mand habit sold somm priv them mur port prob templ sen plant consul tutor result inform "
        "system artisan diplom doctor comb cert cand medi"
    )),
    Endings("-ité/-iser", ("it", "is", "itair"), 4),
    Endings("-ité", ("", "it"), 5, _except("univers autor exped prescr precis")),
    Endings("-iser", ("", "is"), 5, _except("organ franch franco automat capital prom compr")),
    Endings("-el/-alité", ("el", "alit"), 4),
    Endings("-if/-ivité", ("if", "ivit"), 4),
    Endings("-c/-quer", ("c", "qu"), 4),
    Endings("-que/-cain", ("qu", "cain", "cair"), 4),
    Endings("-que/-cien", ("iqu", "", "icien"), 4, _except("publ prat phys")),
    Endings("-ier", ("", "i", "ni"), 5, _except(
        "front quart chant court content carr particul mobil imper regul barr enti premi derni porti"
    )),
    Endings("-ien", ("", "ien", "en"), 4, _except("gard acad valenc viv jun exam")),
    Endings("-éen", ("", "een"), 5),
    Endings("-ais/-ois", ("", "ais", "ois"), 5, _except("franc mauv tourn harn")),
    Endings("-entiel", ("", "entiel"), 5),
    Endings("-emental", ("", "emental"), 5),
    Endings("-iel", ("", "iel", "al", "nel"), 5, _except(
        "gener tribun front journ commun anim princip initi capit cardin mater offic parti"
    )),
    Endings("-el", ("", "el"), 6, _except("partie courri colon")),
    Endings("-ent/-ence", ("ent", "enc"), 3, _except("ag sci cont")),
    Endings("-ant/-ance", ("ant", "anc"), 4, _except("inst const circonst subst")),
    Endings("-iste", ("", "ist"), 5, _except("assist")),
    Endings("-able", ("", "abl"), 5),
)  # fmt: skip

#: Stems of one family whose endings follow no class, or a class that would take too much.
_TABLE: Final = by_table("""
arret arrest | choix chois | mourir mort | pouvoir peut peuvent peuv pouv pourr peux puiss | part partir parti
devoir doit doivent doiv dev devr dois | avoir ai | dang danger | terreur terror
libr libert | pauvr pauvret | crim criminel criminalit | corrupt corrompre | interrupt interrompre
ministr minister ministeriel | police polici policier | detenir detention | intervenir intervent interv
hopital hospitali hospitalis | fronti frontali transfrontali | foret foresti | hotel hoteli | ile insulair
elire elect electeur electoral | lire lecteur lectur | ecrire ecritur ecrivain | franc francais france
maroc marocain | cub cubain | roum roumain | tunis tunisien tun | mediterrane mediterraneen | europ europeen
payer paie pai paiement | roi royal royaum | mort mortel mortalit
voyag voyageur voyageon | vendr vendeur vent | detruire destruct destructeur | recevoir recept recepteur
construire construct construction | introduire introduct introduction | reduire reduct reduction
conclure conclus conclusion | exclure exclus exclusion | ouvrir ouvertur | decouvrir decouvert
permettre permission | emettre emission | admettre admission | transmettre transmission | soumettre soumission
comprendre comprehens | perdre pert | vendre vent | rendre rendement | attendre attent | suivre suit | croire croyanc
rompre ruptur | connaitre connaissanc | naitre naissanc | apparaitre apparit | disparaitre disparit
""".strip())  # fmt: skip


def french(word: str, stem: str) -> Iterator[Relative]:
    """Yield the family of a French word and its stem."""
    yield from by_endings(stem, _CLASSES)
    for other in _TABLE.get(stem, ()):
        if other != stem:
            yield Relative(other, "table")
    # arrêtons and arrêter: unless there is a noun in -on, as there is for maisons.
    for ending in ("on", "eon"):
        if word.endswith("ons") and stem.endswith(ending) and len(stem) > 6:
            yield Relative(stem[: -len(ending)], "-ons", unless=word[:-1])
        elif len(stem) > 4 and not stem.endswith("on"):
            yield Relative(stem + ending, "-ons", needs=stem + ending + "s", unless=stem + ending)
