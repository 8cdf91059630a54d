"""Before NLTK's French stemmer: what folding took from it.

NLTK's stemmer looks for accents (é, ée, èrent) that folded words no longer have; users type them or not. So
the endings that hang on an accent are brought to a form that the stemmer treats alike without one. NLTK's
stemmer is loaded when a word is first stemmed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search.analysis.french.irregular_verbs import forms

#: Form -> the word that is stemmed instead: irregular plurals and feminines.
_INSTEAD: Final = {
    form: entry.split(":")[0].strip()
    for entry in """
travail: travaux | loi: lois | roi: rois | emploi: emplois | convoi: convois | tournoi: tournois
ciel: cieux | madame: mesdames | monsieur: messieurs | lieu: lieux | milieu: milieux | jeu: jeux | enjeu: enjeux
feu: feux | voeu: voeux | aveu: aveux | neveu: neveux | cheveu: cheveux | dieu: dieux | adieu: adieux
bijou: bijoux | caillou: cailloux | chou: choux | genou: genoux | hibou: hiboux | joujou: joujoux | pou: poux
bail: baux | corail: coraux | email: emaux | vitrail: vitraux
public: publique publiques publics | turc: turque turques | grec: grecque grecques | blanc: blanche blanches
franc: franche franches | long: longue longues | nouveau: nouvelle nouvelles nouvel nouveaux
beau: belle belles bel beaux | vieux: vieille vieilles vieil | faux: fausse fausses | doux: douce douces
roux: rousse rousses | sec: seche seches | frais: fraiche fraiches | fou: folle folles | mou: molle molles
gentil: gentille gentilles | gros: grosse grosses | bas: basse basses | gras: grasse grasses | las: lasse lasses
neuf: neuve neuves | veuf: veuve veuves | bref: breve breves brievement | juif: juive juives | naif: naive naives
maladif: maladive maladives | tardif: tardive tardives | malin: maligne malignes | benin: benigne benignes
aigu: aigue aigues | ambigu: ambigue ambigues | muet: muette muettes | net: nette nettes | sot: sotte sottes
coquet: coquette coquettes | cadet: cadette cadettes | sujet: sujette sujettes | douillet: douillette douillettes
jaloux: jalouse jalouses | andalou: andalouse andalouses | hebreu: hebreux hebraique | cruaute: cruautes
oeil: yeux | ail: aulx | aieul: aieux | gentilhomme: gentilshommes | bonhomme: bonshommes
laic: laique laiques | caduc: caduque caduques | favori: favorite favorites | epais: epaisse epaisses
chef: cheffe cheffes | moyeu: moyeux | essieu: essieux | epieu: epieux | camaieu: camaieux | etau: etaux | gruau: gruaux | esquimau: esquimaux | landau: landaus | sarrau: sarraus
fabliau: fabliaux | materiau: materiaux | absous: absoute | dissous: dissoute dissoutes | jumeau: jumelle jumelles | empereur: imperatrice imperatrices
""".strip()
    .replace("\n", "|")
    .split("|")
    for form in entry.split(":")[1].split()
}
#: Stem -> words that the rules, or Snowball's, would bring together with others.
_FAMILIES: Final = {
    "marin": "marin marins",
    "marine": "marine marines",
    "organe": "organe organes",
    "part": "part",
    "parti": "parti partis",
    "partie": "partie parties",
    "mort": "mort",
    "porte": "porte portes",
    "cours": "cours",
    "course": "course courses",
    "police": "police polices",
    "policier": "policier policiers policiere policieres",
    "politesse": "politesse",
    "armee": "armee armees",
    "mere": "mere meres",
    "aire": "aire aires",
    "parlement": "parlement parlements",
    "temps": "temps",
    "pays": "pays",
    "paie": "paie",
    "etrange": "etrange etranges etrangement etrangete",
    "important": "importance important importants importante importantes",
    "commun": "commun communs",
    "commune": "commune communes",
    "communism": "communiste communistes communisme",
    "capitalism": "capitalisme capitaliste capitalistes",
    "socialism": "socialisme socialiste socialistes",
    "livre": "livre livres",
    "detention": "detention detentions",
    "finir": "finir finit fini finie finies finis finissent finissait finissaient finira "
    "finiront finirait finirent finissons finissant",
    "habiter": "habiter habite habites habitee habitees habitent habitait habitaient habitant habitants habitante "
    "habitantes habitation habitations habitable",
    "vente": "vente ventes",
    "porter": "porter portent portait portaient portee portees portera porteront portant portants porteur porteurs",
    "opera": "opera operas",
    "taxi": "taxi taxis",
    "position": "position positions",
    "positif": "positif positifs positive positives",
    "ports": "port ports",
    "fins": "fin fins",
    "habits": "habit habits",
    "vents": "vent vents",
    "coups": "coup coups",
    "organism": "organisme organismes",
    "depart": "depart departs",
    "departement": "departement departements",
    "franc": "franc francs",
    "france": "france",
    "francais": "francais francaise francaises",
    "commission": "commission commissions",
    "entree": "entree entrees",
    "testament": "testament testaments",
    "visa": "visa visas",
    "martinique": "martinique",
    "auditions": "audition auditions auditionner auditionne auditionnee",
    "legs": "legs",
    "environnement": "environnement environnements environnemental environnementale environnementaux "
    "environnementales",
    "majoration": "majoration majorations majorer majore majoree majores majorees",
    "equipement": "equipement equipements",
    "formation": "formation formations formateur formateurs formatrice formatrices",
    "communique": "communique communiques communiquee communiquees communiquer communiquent communiquait communiquant",
    "communication": "communication communications",
    "meta": "meta",
    "directive": "directive directives",
    "direction": "direction directions",
    "respectif": "respectif respectifs respective respectives respectivement",
    "conseiller": "conseiller conseillers conseillere conseilleres",
    "dons": "don dons",
    "successif": "successif successifs successive successives successivement",
    "fonds": "fonds",
    "stationnement": "stationnement stationnements stationner stationne stationnee stationnes stationnees",
    "passager": "passager passagers passagere passageres",
    "relatif": "relatif relatifs relative relatives relativement",
    "generique": "generique generiques",
    "entrer": "entrer entrent entrait entraient entrera entreront entrerait entrant entrants",
    "retraite": "retraite retraites retraitee retraitees",
    "traiter": "traiter traite traites traitee traitees traitent traitait traitaient traitera traiteront "
    "traitant traitants traitement traitements",
    "visage": "visage visages",
    "via": "via",
    "delit": "delit delits",
    "delai": "delai delais",
    "base": "base bases basee basees baser basant",
    "duree": "duree durees",
    "voie": "voie voies",
    "voirie": "voirie voiries",
    "loyer": "loyer loyers",
    "notamment": "notamment",
    "dette": "dette dettes",
    "parce": "parce",
    "courant": "courant courants courante courantes couramment",
    "mars": "mars",
    "mari": "mari maris",
    "file": "file files",
    "fil": "fil fils",
    "modere": "modere moderee moderes moderees moderer moderation",
    "mission": "mission missions",
    "cour": "cour",
    "secretair": "secretaire secretaires",
    "banquet": "banquet banquets",
    "villa": "villa villas",
    "reine": "reine reines",
    "cas": "cas",
    "case": "case cases",
    "dos": "dos",
    "dose": "dose doses",
    "gaine": "gaine gaines",
    "traine": "traine traines",
    "paire": "paire paires",
    "sorte": "sorte sortes",
    "golfe": "golfe golfes",
    "cape": "cape capes",
    "tonne": "tonne tonnes",
    "murir": "murir murit murissent muri murie muris muries murissant",
    "placenta": "placenta placentas",
    "mali": "mali",
    "empirique": "empirique empiriques",
    "selle": "selle selles",
    "etable": "etable etables",
    "pointure": "pointure pointures",
    "passion": "passion passions",
    "notaire": "notaire notaires",
    "oral": "oral oraux orale orales",
    "orage": "orage orages",
    "or": "or",
    "maison": "maison maisons",
    "mais": "mais",
    "passeur": "passeur passeurs passeuse passeuses",
    "refugi": "refugie refugies refugiee refugiees refugier refugient refugiait refugiaient refugiant",
    "chatier": "chatier chatie chaties chatiee chatiees chatient chatiment chatiments",
    "tueur": "tueur tueurs tueuse tueuses",
    "tuer": "tuer tue tuee tuees tues tuent tuait tuaient tuera tueront tuerait tuant tuerie tueries",
}
_STEMS: Final = {word: stem for stem, words in _FAMILIES.items() for word in words.split()}

#: Plurals in -yaux that are of a word in -yal: all others are of one in -yau.
_YAL: Final = frozenset("royaux loyaux deloyaux".split())

#: Feminines of -er end so; any other -ere is a verb's (coopère), or a word of its own.
_ERE: Final = ("iere", "gere", "chere", "ieres", "geres", "cheres")
_NO_ERE: Final = ("gere", "digere", "suggere", "exagere", "ingere", "biere", "pierre", "rocher", "enchere")
#: Words in -ers that are not plurals of one in -er.
_ERS: Final = frozenset("univers divers travers envers pervers revers convers".split())

#: Verbs in -ier, whose participle ends as economie does. Those in -fier are known by it.
_IER: Final = frozenset(
    "negoc etud publ oubl cop all rall var assoc dissoc benefic licenc remerc remed exped ded init concil reconcil "
    "humil multipl suppl rel expatr rapatr injur incend alien apprec deprec estrop conf def mef atroph prior".split()
)

#: Nouns and adjectives in -ent that are short enough to be taken for a verb of many.
_ENT: Final = frozenset(
    "argent accent agent absent client content couvent talent parent present recent urgent prudent fervent souvent "
    "moment ciment serment segment torrent patient orient violent evident decent ardent patent latent potent vincent "
    "clement aliment element ferment jument pigment piment comment dement tangent regent strident innocent insolent "
    "sergent trident advent".split()
)
_forms: dict[str, str] = {}


def stem(word: str) -> str:
    """Return the stem of a folded word: by Snowball, but for what that gets wrong."""
    from coopsearch.search.analysis._nltk import stem as snowball

    found = known(word)
    return finish(snowball("French", prepare(word))) if found is None else found


def known(word: str) -> str | None:
    """Return the stem of a folded word that the rules get wrong, None for all others."""
    if not _forms:
        _forms.update(forms())
    return _STEMS.get(word) or _forms.get(word)


def listed() -> Iterator[str]:
    """Yield the folded words whose stems stand in a list, as no ending tells them."""
    yield from _STEMS
    yield from _INSTEAD
    yield from forms()


def prepare(word: str) -> str:
    """Return what Snowball is to be given for a folded word.

    -ee, -ees (réfugiée) become -e as in réfugié; -erent (arrivèrent) gets its accent back, by which alone
    Snowball takes it for a verb; -trice becomes -teur, -iere -ier (policière), -ers -er, -fie -fier (négocié).
    """
    word = _INSTEAD.get(word, word)
    if len(word) > 4:
        if word.endswith("ees"):
            word = word[:-2]
        elif word.endswith("ee"):
            word = word[:-1]
        if word.endswith("erent") and len(word) > 7:
            return word[:-5] + "èrent"
        if word.endswith("yaux") and word not in _YAL:
            return word[:-1]
        if word.endswith(("tive", "tives", "sive", "sives")):
            return word[: word.rindex("ive")] + "if"
        if (
            word.endswith(("trice", "trices", "drice", "drices"))
            and len(word) > 6
            and not word.startswith(("matric", "cicatric"))
        ):
            return word[: word.rindex("rice")] + "eur"
        if word.endswith("ement") and (
            (feminine := word[:-4]) in _INSTEAD or (feminine.endswith(_ERE) and len(word) > 8)
        ):
            return prepare(feminine)  # doucement, entièrement: made of the feminine
        if word.endswith(_ERE) and len(word) > 5 and word.rstrip("s") not in _NO_ERE:
            return word.rstrip("s")[:-1]
        if word.endswith("issions"):
            return word[:-1]  # a plural, no form of a verb in -ir
        if word.endswith("ers") and len(word) > 5 and word not in _ERS:
            return word[:-1]
        if word.endswith(("ie", "ies")):
            root = word[: word.rindex("ie")]
            if root in _IER or (root.endswith("f") and len(root) > 3):
                return root + "ier"
    return word


def finish(stem: str) -> str:
    """Return the stem for what Snowball gave: without the -ent of a plural verb, which it leaves.

    arrêtent meets arrêter. Long nouns (président, document) lose it in all their forms alike; short ones
    (argent, content) are listed and keep it.
    """
    if stem.endswith("ent") and len(stem) >= 6 and stem not in _ENT:
        return stem[:-3]
    return stem
