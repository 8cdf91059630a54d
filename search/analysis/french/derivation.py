"""French families: which endings of stems make one family over one root.

After the suffixes in M. Grevisse, A. Goosse, "Le bon usage", chapter on derivation. Each class names the
roots after which its endings belong to another word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search.analysis.derivation import Endings, Relative, by_endings, by_table


def _except(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CLASSES: Final = (
    Endings("-eux/-osité", ("eux", "osit"), 3),
    Endings("-an/-anne", ("an", "ann"), 3),
    Endings("-ir/-ison", ("", "ison"), 4),
    Endings("-age/-eur", ("ag", "eur"), 3),
    Endings("-at/-al", ("at", "al"), 5),
    Endings("-arque/-archie", ("arqu", "arch"), 3),
    Endings("-oin/-oigner", ("oin", "oign", "oignag"), 1),
    Endings("-iste", ("", "ist"), 4, _except("tour assist")),
    Endings("-ion/-ieux", ("ion", "i"), 4, _except("opin mill champ")),
    Endings("-eur/-orat", ("eur", "orat"), 4),
    Endings("-al/-alité", ("al", "alit", "alis"), 2),
    Endings("-suivre/-suite", ("suivre", "suit"), 1),
    Endings("-voir/-vision", ("voir", "vis"), 2),
    Endings("-erie", ("", "er", "eri"), 4, _except("libr caus infant trait")),
    Endings("-ain/-aineté", ("ain", "ainet"), 3),
    Endings("-ble/-bilité", ("", "abilit", "ibilit"), 4),
    Endings("-able/-acité", ("abl", "acit"), 2),
    Endings("-ement", ("", "em", "issem"), 3, _except("appart depart")),
    Endings("-que/-caire", ("qu", "cair"), 3),
    Endings("-quer/-cage", ("qu", "cag", "cat"), 3),
    Endings("-oi/-oyage", ("oi", "oyag", "oy"), 3),
    Endings("-ation", ("", "ation", "ateur", "atif"), 3, _except("st n r")),
    Endings("-ial", ("", "ial", "iel"), 4, _except("part mater")),
    Endings("-mettre/-mission", ("mettre", "miss", "mess"), 1),
    Endings("-crire/-cription", ("crire", "script"), 2),
    Endings("-crire/-cription", ("scrire", "script", "cript"), 2),
    Endings("-cevoir/-ception", ("cevoir", "cept", "ceveur"), 2),
    Endings("-endre/-ente", ("endre", "ent"), 2, _except("pr")),
    Endings("-indre/-inte", ("indre", "int", "intur", "intr"), 2),
    Endings("-tenir/-tien", ("tenir", "tien"), 2),
    Endings("-tenir/-tention", ("tenir", "tent", "t"), 2, _except("con at in")),
    Endings("-venir/-vention", ("venir", "vent", "v"), 2, _except("re sou a pro par de")),
    Endings("-rir/-rance", ("rir", "ranc"), 4),
    Endings("-quérir/-quête", ("querir", "quet", "quisit"), 1),
    Endings("-clure/-clusion", ("clure", "clus"), 1),
    Endings("-soudre/-solution", ("soudre", "solu", "solut"), 1),
    Endings("-courir/-cours", ("courir", "cour"), 2),
    Endings("-dire/-diction", ("dire", "dict"), 2),
    Endings("-battre/-bat", ("battre", "bat"), 2),
    Endings("-naître/-naissance", ("naitre", "naiss", "naissanc"), 2),
    Endings("-re/-ance", ("re", "anc"), 4, _except("contend")),
    Endings("-re", ("re", ""), 4, _except("entend pretend")),
    Endings("-ger/-ction", ("eg", "ect", "ecteur"), 3),
    Endings("-ger/-ction", ("ig", "ect"), 3),
    Endings("-oyer/-oi", ("oy", "oi"), 3),
    Endings("-ayer/-ai", ("ay", "ai"), 2),
    Endings("-eillir/-eil", ("eil", "eill", "eillir"), 2),
    Endings("-ailler/-ail", ("ail", "aill"), 3),
    Endings("-ailler/-ail", ("il", "ill"), 4),
    Endings("-eter/-ette", ("et", "ett"), 1),
    Endings("-eler/-elle", ("el", "ell"), 3),
    Endings("-isseur", ("", "isseur", "issag"), 4),
    Endings("-ure", ("", "ur", "etur", "itur", "atur"), 4, _except(
        "point avent cult struct post text temper litter vent past rupt fract caric"
    )),
    Endings("-age", ("", "ag", "nag"), 4, _except(
        "vill cour mess pays fromag langu homm avant personn ouvr carn chant sauv part from imag plum fant parent gar"
    )),
    Endings("-aire", ("", "air", "nair"), 5, _except("gramm milit secret ordin diction contr advers")),
    Endings("-aire/-arité", ("air", "arit", "aris"), 3),
    Endings("-oire/-orique", ("oir", "or", "orien", "orial"), 3),
    Endings("-isme/-iste", ("ism", "ist"), 3),
    Endings("-esse", ("", "ess"), 4, _except("prof conf press adr expr proc")),
    Endings("-eresse", ("eur", "eress"), 4),
    Endings("-itude", ("", "itud"), 4, _except("mult")),
    Endings("-étude", ("", "ud"), 5, _except("habit")),
    Endings("-eau/-eauté", ("eau", "eaut"), 1),
    Endings("-en/-enneté", ("en", "ennet"), 3),
    Endings("-ble/-bilité", ("bl", "bilit", "bilis"), 2),
    Endings("-er/-eur", ("", "eur", "eux"), 3, _except(
        "vap val pud sav lab hon hum act doct terr fact sect min maj tut fav vec vig tum hot sen col coul fur doul chal mot "
        "mar per tra jur fau procur"
    )),
    Endings("-cuter/-cution", ("ecut", "ecu"), 2),
    Endings("-ation/-ationnel", ("", "ationnel", "ationn", "ationnair"), 3),
    Endings("-ution/-utionnel", ("u", "utionnel", "utionnair"), 4),
    Endings("-ention/-entionnel", ("", "ention", "entionnel", "entionnair"), 3, _except("det")),
    Endings("-ion/-ionnel", ("", "ion", "ionnel", "ionnair"), 5, _except("champ petit format")),
    Endings("-hérer/-hésion", ("her", "hes", "herent"), 1),
    Endings("-ider/-ision", ("id", "is"), 3, _except("val pept pla acc")),
    Endings("-ader/-asion", ("ad", "as"), 3),
    Endings("-oder/-osion", ("od", "os"), 3),
    Endings("-er/-aison", ("", "aison"), 3),
    Endings("-aire/-ariat", ("air", "ariat"), 3),
    Endings("-ien", ("", "ien", "yen"), 3, _except("gard acad valenc viv jun exam mar jul val anc chr ant mod dal rom")),
    Endings("-cain", ("", "icain"), 4),
    Endings("-ois", ("", "ais", "ois", "eois"), 4, _except("franc mauv tourn harn angl bourg")),
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
    Endings("-iser", ("", "is"), 5, _except("banqu organ franch franco automat capital prom compr")),
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
rompre ruptur | connaitre connaissanc | naitre naissanc | apparaitre apparit apparent apparenc
disparaitre disparit | comparaitre comparut | croitre croissanc croiss | accroitre accroiss | apprendre apprentissag
servir servic serviteur | mentir mensong menteur | sentir sentiment | vaincre vainqueur victoir | nourrir nourritur
convaincre convict | contredire contradict | mordre morsur | cuire cuisson cuisin | rire sourir | boire boisson
tuer tueur | croire cru | savoir savant | vouloir volont | pouvoir puissanc puiss | valoir valeur | courir coureur
cruel cruaut | bon bont | doux douc douceur | frais fraicheur | haut hauteur | grand grandeur | sec secheress
espagnol espagn | allemand allemagn | gre grec | grec grece | suedois sued | danois danemark
norvegien norveg | polonais pologn | portugais portugal | irlandais irland | ecossais ecoss | hollandais holland
anglais angleterr | britann britanniqu bretagn | turc turqu | russ russi | hongrois hongr | tchequ | finlandais finland
ecol ecoli scolair scolar scolaris | nuit nocturn | fleuv fluvial | mer maritim | eglis ecclesiast | roi royal
foi fidel | chaleur chaud | froid froideur | vie vivre vital | descendre desc | prevenir prev | vetir vet | detendre det
employer emploi | achet achat | appuyer appui | survivr surviv surv survivre | furieux fureur | nig nigerien
congo congol | gener generosit genereux | togo togolais | comparaitre comparu comparut | arme armem | envoyer envoi | attendre att | entendre ent | fuir fuit | plaire plaisir plais | obtenir obt
reel realit realis | reflech reflexion | reun reunion | sentir sent sentim | pun punit | cre creation createur creatif creatur
agricultur agricol agriculteur | scienc scientif | norm normal | appauvr pauvr appauvriss
faibl affaibl affaibliss | rich enrich enrichiss | grand agrand agrandiss | lent ralent ralentiss | larg elarg
long allong prolong | bel embel embell | profond approfond | dur durc | lourd alourd | deployer deploi
inquiet inquietud | certain certitud | seul solitud | vrai verit verac | faux fausset | jeun jeuness | vieux vieilless
gouverneur gouvern | fou folie foli | chanteur chanson | espoir esper esperanc | parler parol | pech pecheur
entrer entree | formation form | communication communique | equip equipement | direction directeur direct dirig | conseil conseiller | dons donateur | passag passager | environnement environnementalist | obeir obeiss | unir union | dette endet | mourir mour | ger gest gestion gestionnair | vendre vente | retir retr | rebel rebellion | insurg insurrect | affam famin faim | plaindre plaint plaign | tax taxat | consul consulat consulair | fuir fui | sauv sauvetag sauveteur | envah invas envahisseur | sejour sejourn | maghreb maghrebin | noi noy noyad | alli allianc | hiver hivernal | printemp printani | an annuel annual
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
