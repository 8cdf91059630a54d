"""Irregular French verbs: paradigms from which their forms are made, each form with its infinitive.

A form that is first of all another word (part, sort, suis, lit, revenu) is left out. Present participles
are left to the rules, with the nouns that they are as well (combattant).
"""

from __future__ import annotations

from typing import Final

#: Beginnings (``_``: none), ending of the infinitive, stems of the imperfect and of the future, participle
#: (``-``: none), other forms. Accents are left out, as folding does.
_PARADIGMS: Final = """
_ de ob main sou re con appar entre abs | tenir | ten | tiendr | tenu | tiens tient tiennent tienne tint tinrent
_ de re par inter pre con pro sur sub | venir | ven | viendr | venu | viens vient viennent vienne vint vinrent
_ com ap entre sur re me | prendre | pren | prendr | - | prends prend prennent prenne pris prises prise prit prirent
_ per ad com pro sou trans re compro e o | mettre | mett | mettr | - | mets met mis mise mises mit mirent mettent
pro con re intro tra de se repro in recon | duire | duis | duir | duit | duis duisent duise duisit duisirent
con in recon | struire | struis | struir | struit | struis struisent struise struisit struisirent
de | truire | truis | truir | truit | truis truisent truise truisit truisirent
e de ins pres sous trans circons reins | crire | criv | crir | crit | cris crivent crive crivit crivirent
_ de sur satis contre re | faire | fais | fer | fait | fais font fasse fassent fit firent
_ contre inter pre re | dire | dis | dir | dit | dis disent dise dites
_ | lire | lis | lir | - | lisent lise lue lues lu lus lurent
e re | lire | lis | lir | lu | lis lit lisent lise lut lurent
_ pour | suivre | suiv | suivr | suivi | suit suivent suive suivit suivirent
_ sur re | vivre | viv | vivr | vecu | vit vivent vive vecut vecurent
re per con de aper | cevoir | cev | cevr | cu | cois coit coivent coive cut curent
_ re entre | voir | voy | verr | vu | vois voit voient voie virent
pre | voir | voy | voir | vu | vois voit voient voie
_ | savoir | sav | saur | - | sais sait savent sache sachent sut
_ | vouloir | voul | voudr | voulu | veux veut veulent veuille veuillent voulut
_ | valoir | val | vaudr | valu | vaut valent vaille valut
_ | falloir | fall | faudr | fallu | faut faille fallut
_ | mourir | mour | mourr | - | meurs meurt meurent meure mourut moururent
par re con en se ac | courir | cour | courr | couru | court courent coure courut coururent
_ | courir | cour | courr | couru | courent coure courut coururent
_ re | cuire | cuis | cuir | cuit | cuis cuisent cuise
_ sou | rire | ri | rir | ri | rit rient
_ de re | couvrir | couvr | couvrir | couvert | couvre couvrent couvrit couvrirent
_ r | ouvrir | ouvr | ouvrir | ouvert | ouvre ouvrent ouvrit ouvrirent
_ | offrir | offr | offrir | offert | offre offrent offrit offrirent offres
_ | souffrir | souffr | souffrir | souffert | souffre souffrent souffrit
_ ac re | cueillir | cueill | cueiller | cueilli | cueille cueillent cueillit
_ re | partir | part | partir | - | pars partent parte partirent partit
_ res | sortir | sort | sortir | sorti | sors sortent sorte sortirent sortit
_ res con pres | sentir | sent | sentir | senti | sent sentent sente sentit
_ | mentir | ment | mentir | menti | mens mentent mentit
_ des | servir | serv | servir | servi | sers sert servent serve servit
_ en | dormir | dorm | dormir | dormi | dors dort dorment dorme dormit
_ en | fuir | fuy | fuir | fui | fuis fuit fuient fuie fuirent
ac con re | querir | quer | querr | quis | quiers quiert quierent quiere quit quirent
crai contrai plai attei etei depei repei restrei pei fei tei | ndre | gn | ndr | nt | ns gnent gne gnit gnirent
joi rejoi adjoi enjoi | ndre | gn | ndr | nt | ns gnent gne gnit gnirent
_ re mecon | connaitre | connaiss | connaitr | connu | connais connait connaissent connaisse connut connurent
_ ap dis re com | paraitre | paraiss | paraitr | paru | parais parait paraissent paraisse parut parurent
_ | naitre | naiss | naitr | nee | nees nais nait naissent naisse naquit naquirent
_ | croire | croy | croir | - | croit croient croie crurent
_ re | vetir | vet | vetir | vetu | vets vet vetent vete vetit
as ras | seoir | sey | sier | sis | sied sieds seyent soit soient
_ | pleuvoir | pleuv | pleuvr | - | pleut pleuvent pleuve
_ de com | plaire | plais | plair | - | plais plait plaisent plaise plurent
_ | taire | tais | tair | - | tait taisent taise
ex dis abs sous | traire | tray | trair | trait | trais trait traient traie
_ re | coudre | cous | coudr | cousu | coud cousent couse
bouil | lir | l | lir | li | lent le
_ de ac | croitre | croiss | croitr | - | croit croissent croisse crurent
_ | boire | buv | boir | - | bu bue boit boivent boive burent
_ com a de ra | battre | batt | battr | battu | bats bat battent batte battit battirent
_ inter cor | rompre | romp | rompr | rompu | romps rompt rompent rompe rompit
_ con | vaincre | vainqu | vaincr | vaincu | vaincs vainc vainquent vainque vainquit
con ex in | clure | clu | clur | clu | clus clut cluent
re dis | soudre | solv | soudr | solu | sous sout solvent solve
_ de at en e pre sous | tendre | tend | tendr | tendu | tends tend tendent tende tendit tendirent
_ re | vendre | vend | vendr | vendu | vends vend vendent vende vendit vendirent
_ de | fendre | fend | fendr | fendu | fends fend fendent fende fendit fendirent
_ | rendre | rend | rendr | rendu | rends rend rendent rende rendit rendirent
_ de sus re | pendre | pend | pendr | pendu | pends pend pendent pende pendit
_ re con | descendre | descend | descendr | descendu | descends descend descendent descende descendit
re corres | pondre | pond | pondr | pondu | ponds pond pondent ponde pondit pondirent
_ | perdre | perd | perdr | perdu | perds perd perdent perde perdit perdirent
_ con re | fondre | fond | fondr | fondu | fondent fonde fondit
_ | mordre | mord | mordr | mordu | mord mordent mordit
_ | aller | all | ir | alle | vais vas va vont aille aillent allerent
_ | avoir | av | aur | - | a ont aie aient eut eurent ayant
_ | etre | et | ser | - | est sommes etes sont soit soient fut furent etant
en ren | voyer | voy | verr | voye | voie voient voies
em de re | ployer | ploy | ploier | ploye | ploie ploient
_ | agir | agiss | agir | agi | agis agit agissent agisse agissant agirent
_ des | obeir | obeiss | obeir | obei | obeis obeit obeissent obeisse obeissant obeirent
_ | unir | uniss | unir | uni | unis unit unissent unisse unissant unirent
_ | payer | pay | paier | paye | paies paient paye payes payent
_ | essayer | essay | essaier | essaye | essaie essaient essayant essayerent essayera essayeront
ap | puyer | puy | puier | puye | puie puient
""".strip()

_IMPERFECT: Final = "ais ait ions iez aient ons ez".split()
_FUTURE: Final = "ai as a ons ez ont ais ait ions iez aient".split()

#: Made by a paradigm, but another word before it is a form of this one.
_OTHER_WORDS: Final = frozenset(
    "prise prises entreprise entreprises reprise reprises revenu revenus vue vues revue revues defaite defaites "
    "avions savons mentions tendons lira liras plainte plaintes".split()
)


def forms() -> dict[str, str]:
    """Return each form -> its infinitive, all without accents; the infinitives are among the forms."""
    found: dict[str, str] = {}
    for row in _PARADIGMS.splitlines():
        prefixes, infinitive, imperfect, future, participle, others = (
            cell.strip() for cell in row.split("|")
        )
        made = [infinitive, *others.split()]
        made += [imperfect + ending for ending in _IMPERFECT]
        made += [future + ending for ending in _FUTURE]
        if participle != "-":
            made += [participle + ending for ending in ("", "e", "s", "es")]
        for prefix in prefixes.split():
            start = prefix.strip("_")
            for form in made:
                if start + form not in _OTHER_WORDS:
                    found.setdefault(start + form, start + infinitive)
    return found
