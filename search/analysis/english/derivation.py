"""English families: which endings of Porter2's stems make one family over one root.

After the classes of derivation in L. Bauer, R. Lieber, I. Plag, "The Oxford Reference Guide to English
Morphology" (2013), those of people and what they do first. Each class names the roots after which its
endings belong to another word: tender is not one who tends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search.analysis.derivation import Endings, Relative, by_endings, by_table


def _except(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CLASSES: Final = (
    Endings(
        "-er", ("", "er"), 4,
        _except(
            "chart numb port care consid prolif interf form delib count mark out should mast regen corn persev maneuv degen "
            "must navi post custom neurodegen remun heterodim unalt flow show prop plast coast past cart pond wond "
            "wand mist temp cent quart lett mann tend rend mount bust crack limb damp barb hung ling batt matt bann "
            "west east scatt litt should rang coun clust gath shelt sold bord blist chap cant mort shatt "
            "trig card rubb forth sist hamp lust coff tamp"
        ),
    ),
    Endings("-er", ("e", "er"), 4, _except("prop numb temp")),
    Endings("-or", ("", "or"), 5, _except("tract trait doct sect")),
    Endings("-ee", ("", "e"), 5, _except("univers centr corps moral")),
    Endings("-er/-est", ("", "est"), 4, _except("inter earn cont prot requ sugg conqu manif harv temp dig inv")),
    Endings("-er/-est/-ety", ("e", "er", "est", "eti"), 3, _except("lat cov riv lit lin pap tim wav pow tow wat fev hon for mod dig inv arr")),
    Endings("-ant/-ate", ("ant", "at", "atori"), 4, _except("inst plan")),
    Endings("-ent/-ence", ("ent", "enc"), 3, _except("cont sent acc par tal dec rec")),
    Endings("-ant/-ance", ("ant", "anc"), 4, _except("inst subst")),
    Endings("-y/-ic/-ist", ("i", "", "ist", "ian"), 5, _except(
        "count factor treat bound colon imper destin alleg batter physic liber roman niger recip thorn master cathol "
        "commun german termin galler suppl"
    )),
    Endings("-ist", ("ist", "ism"), 3),
    Endings("-cy/-t", ("aci", "at", "atis"), 3, _except("priv prim leg")),
    Endings("-le/-ility", ("bl", "bil", "bilis"), 2),
    Endings("-ity", ("", "iti"), 4, _except("commun char univers author inter amen")),
    Endings("-ise", ("", "is"), 4, _except(
        "organ author parad prom surpr comprom capital prem improv adver social expert custom colon"
    )),
    Endings("-y/-ise", ("i", "is"), 4, _except("parad")),
    Endings("-al", ("", "al"), 4, _except(
        "sign sever initi person parti anim ration virtu form termin liber later miner inform duct seri marti admir "
        "post port caus spec gener univers capit intern extern profession mort mater crimin"
    )),
    Endings("-al", ("e", "al"), 4, _except("univers princip")),
    Endings("-ent/-ential", ("", "enti"), 5),
    Endings("-acy", ("", "aci"), 5, _except("candid")),
    Endings("-ure", ("", "ur"), 4, _except(
        "feat vent advent text pict lect cult treas past mixt junct verd tort fract punct rupt stat furnit temper"
    )),
    Endings("-er/-ry", ("er", "ri"), 3, _except("count past sund bist pant gent infant ev car")),
    Endings("-y", ("", "i"), 4, _except(
        "part stud read bull wear ever fair chill tall stor dair ferr count bell hurr cand past sall bust doll holl coll "
        "jell factor treat bound colon imper destin alleg batter physic liber roman niger recip thorn master cathol "
        "commun german termin galler deput test init suppl"
    )),
    Endings("-y/-ily", ("i", "ili", "iest"), 3, _except("fam")),
    Endings("-less", ("", "less"), 3),
    Endings("-ment", ("", "ment"), 3, _except("apart depart com seg gar el pig frag al torm docu state base compli experi non")),
    Endings("-ary", ("", "ari"), 4, _except("diction station secret gloss capill bound second arbitr")),
    Endings("-eer", ("", "eer"), 4, _except("car vol")),
    Endings("-ual", ("", "ual"), 3, _except("act event us cas mut vis man")),
    Endings("-ual", ("", "u"), 6, _except("contin individ")),
    Endings("-ral", ("", "ral", "rer"), 4, _except("libe gene mine late cent")),
    Endings("-r/-rral", ("r", "rr"), 3),
    Endings("-t/-ttal", ("t", "tt"), 4),
    Endings("-l/-lled", ("l", "ll"), 3),
    Endings("-ation", ("", "at"), 4, _except("comb mand plac form auto orat design candid")),
    Endings("-ty", ("", "ti"), 4, _except("casual")),
    Endings("-ous", ("e", "ous"), 3),
    Endings("-ous", ("i", "ious"), 3, _except("var ser cur dub")),
    Endings("-our/-orous", ("our", "or", "orous"), 3),
    Endings("-age", ("", "ag"), 4, _except("mess vill cour host band pill aver foot cott garb langu lever")),
    Endings("-me/-mption", ("m", "mpt"), 4),
    Endings("-el/-ulsion", ("el", "uls"), 3),
    Endings("-ese", ("", "es"), 5),
    Endings("-ese", ("", "les"), 4),
    Endings("-stan", ("", "istan"), 4),
    Endings("-ics/-ician", ("ics", "", "ician", "ic"), 5),
    Endings("-an", ("a", "an"), 3, _except("human org germ ")),
    Endings("-an", ("i", "ian"), 3, _except("med rad sax")),
    Endings("-an", ("", "ian"), 4, _except("guard christ vegetar physic")),
    Endings("-an", ("o", "an"), 4),
    Endings("-d/-sion", ("d", "s"), 4, _except("inten hous clos rehear")),
    Endings("-d/-ce", ("d", "c"), 4),
    Endings("-it/-ission", ("t", "ss"), 4, _except("commi asse")),
    Endings("-be/-ption", ("b", "pt"), 5),
    Endings("-ce/-ction", ("c", "ct"), 4, _except("conta")),
    Endings("-y/-ication", ("", "c"), 5, _except("publi specif polit")),
    Endings("-ery", ("", "eri"), 4, _except("batt")),
    Endings("-ery", ("e", "eri"), 3),
    Endings("-ement", ("", "ement"), 4, _except("compl suppl impl")),
    Endings("-ement", ("e", "ement"), 3, _except("stat bas abov")),
    Endings("-iance", ("i", "ianc", "iant"), 2, _except("var")),
    Endings("-ion/-ionist", ("", "ionist"), 4),
    Endings("-aim/-amation", ("aim", "am", "amatori"), 3),
    Endings("-vene/-vention", ("ven", "vent"), 3),
    Endings("-phobia/-phobic", ("phobia", "phob"), 3),
    Endings("-aemia/-aemic", ("emia", "em"), 2),
    Endings("-philia/-philic", ("philia", "phil"), 3),
    Endings("-oxia/-oxic", ("oxia", "ox"), 2),
    Endings("-ate/-atory", ("", "atori"), 4, _except("labor sign conserv")),
    Endings("-ish/-ition", ("ish", "it"), 4),
    Endings("-ry", ("", "ri"), 5, _except("count infant minist gallant contra prima found husband")),
    Endings("-rence", ("", "renc", "rent", "ranc"), 3, _except("cur appa tor hind")),
    Endings("-ial", ("e", "ial"), 3),
    Endings("-ion/-ious", ("ion", "i"), 4, _except("opin mill champ")),
    Endings("-ship/-hood", ("", "ship", "hood", "dom"), 4),
    Endings("-en", ("", "en"), 4, _except("list less ali regim heart count chick poll adher lieut beat barr elev allerg")),
)  # fmt: skip

#: Stems of one family whose endings follow no class, or a class that would take too much.
_TABLE: Final = by_table("""
person peopl | leaf leav | basis base | left leav | saw see | found find | rose rise | bit bite | bound bind
detain detent detaine | retain retent | maintain mainten | receiv recept receipt | deceiv decept | perceiv percept
rebel rebellion rebelli | fish fisherman fisheri | pay payer | debt debtor indebt | appeal appel | recognis recognit | suspect suspicion suspici | strong strengthen | destroy destruct | acced accession | conced concess | seced secess | crime crimin | polit politics politician | strong strength | long length | deep depth | wide width
environ environment | europ european | religi religion | navi naval | iraq iraqi | israel isra | serb serbian
franc french | spain spanish | english england | greec greek | poland polish | turk turkish turkey | arab arabian
solv solut | resolv resolut | absorb absorpt | suspect suspici | die dead death | born birth | proof prove
believ belief | reliev relief | choic choos | loss lose | sale sell | speech speak | flight fli | growth grow
robber rob | winner win | runner run | planner plan | programm program | thief theft | tour tourist | law lawyer
race racial racist | act actor | kidnap kidnapp | china chines | portug portugues | malta maltes
sweden swedish swede | denmark danish dane | finland finnish finn | ireland irish | scotland scottish scot | wale welsh
netherland dutch holland | switzerland swiss | norway norwegian | philippin filipino | thailand thai | iceland iceland
vietnam vietnames | congo congoles | cyprus cypriot | britain british briton | germani german | hungari hungarian
czech czechia | croatia croat | kurd kurdish kurdistan | jew jewish | flander flemish | argentina argentin
peru peruvian | morocco moroccan | monaco monegasqu | libya libyan | kenya kenyan | niger nigerien
advis advic | practis practic | prophesi propheci | live life | abl abil | hot heat | young youth | poor poverti
proud pride | warm warmth | true truth | broad breadth | wise wisdom | eas easi easili | receiv recipi | argu argument
scienc scientif scientist | sing song | testifi testimoni | lebanon lebanes | defenc defens defend | offenc offens offend | bear bore | donat donor | medic medicin | high height | seneg senegales | race racism | fall fell | feel felt | bleed blood | feed food | gold golden | think thought | pursu pursuit
complain complaint | restrain restraint | constrain constraint | give gift | shoot shot | heal health
consequ consequenti | hero heroic | pleas pleasur | expos exposur | descend descent | ascend ascent | extend extent
intend intent | defend defenc | offend offenc | pretend pretenc | respond respons | compel compuls | expel expuls
""".strip())  # fmt: skip


def english(_word: str, stem: str) -> Iterator[Relative]:
    """Yield the family of an English word and its stem."""
    yield from by_endings(stem, _CLASSES)
    for other in _TABLE.get(stem, ()):
        if other != stem:
            yield Relative(other, "table")
