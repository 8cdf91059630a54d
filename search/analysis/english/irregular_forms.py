"""Irregular forms of English words, and the spellings of its two sides of the ocean.

Tables alone, read by ``stemming``. A form that is also a word of its own (found, left, saw) is not here but
in ``derivation``: it meets the other at lower weight.
"""

from __future__ import annotations

from typing import Final

#: Word -> its irregular forms, regular ones of the same paradigm where Porter2 would part them.
FORMS: Final = """
man: men | woman: women | child: children | foot: feet | tooth: teeth | goose: geese
mouse: mice | louse: lice | ox: oxen | wife: wives | life: lives | knife: knives | thief: thieves | half: halves
loaf: loaves | wolf: wolves | shelf: shelves | calf: calves | self: selves | hoof: hooves
scarf: scarves | bus: buses | gas: gases | virus: viruses | campus: campuses | census: censuses | status: statuses
crisis: crises | analysis: analyses | oasis: oases | thesis: theses
hypothesis: hypotheses | emphasis: emphases | diagnosis: diagnoses | prognosis: prognoses | synthesis: syntheses
axis: axes | criterion: criteria | phenomenon: phenomena | bacterium: bacteria | datum: data | medium: media
stratum: strata | curriculum: curricula | memorandum: memoranda | referendum: referenda referendums
symposium: symposia | nucleus: nuclei | stimulus: stimuli | alumnus: alumni | fungus: fungi | locus: loci
index: indices indexes | matrix: matrices | appendix: appendices | vertex: vertices | larva: larvae
formula: formulae formulas | antenna: antennae | vertebra: vertebrae
buy: bought | seek: sought | bring: brought | catch: caught | fight: fought | teach: taught | think: thought
steal: stole stolen | sell: sold | tell: told | say: said | go: went gone goes | flee: fled | take: took taken
give: gave given | break: broke broken | speak: spoke spoken | write: wrote written | drive: drove driven
hide: hid hidden | lead: led | lose: lost | pay: paid | hold: held | begin: began begun | shoot: shot
win: won winning | know: knew known | grow: grew grown | run: ran running | throw: threw thrown | blow: blew blown
draw: drew drawn | fly: flew flown flies | show: shown | swear: swore sworn | wear: wore worn
tear: tore torn | choose: chose chosen | freeze: froze frozen | weave: wove woven | rise: risen
arise: arose arisen | ride: rode ridden | forget: forgot forgotten | forgive: forgave forgiven
forbid: forbade forbidden | bite: bitten | eat: ate eaten | fall: fell fallen | shake: shook shaken
mistake: mistook mistaken | overtake: overtook overtaken | undertake: undertook undertaken | stand: stood
understand: understood | withstand: withstood | withdraw: withdrew withdrawn | withhold: withheld | uphold: upheld
become: became | come: came | overcome: overcame | get: got gotten | sit: sat | spit: spat | hang: hung
sing: sang sung | ring: rang rung | sink: sank sunk | drink: drank drunk | swim: swam swum | spring: sprang sprung
shrink: shrank shrunk | dig: dug | stick: stuck | strike: struck stricken | swing: swung | cling: clung
keep: kept | sleep: slept | weep: wept | sweep: swept | creep: crept | meet: met | feed: fed | breed: bred
bleed: bled | speed: sped | feel: felt | deal: dealt | mean: meant | build: built | rebuild: rebuilt | send: sent
spend: spent | lend: lent | bend: bent | hear: heard | make: made | have: had has | do: did done does
sue: sued suing | see: seen sees | slay: slew slain | shine: shone | slide: slid | light: lit | awake: awoke
bear: borne | swell: swollen | bid: bidding | beat: beaten | awake: awoke awoken | wake: woke woken
dream: dreamt | free: freed freeing | lay: laid | decree: decreed | guarantee: guaranteed | big: bigger biggest
thin: thinner thinnest | fat: fatter fattest | hot: hotter hottest | wet: wetter wettest | fit: fitter fittest
sad: sadder saddest | slim: slimmer slimmest | flat: flatter flattest | red: redder reddest | grim: grimmer
 learn: learnt | burn: burnt | kneel: knelt | lean: leant | leap: leapt | spell: spelt | spill: spilt
spoil: spoilt | dwell: dwelt | undergo: underwent undergone undergoes | forego: forewent | foresee: foresaw foreseen
oversee: oversaw overseen | forsake: forsook forsaken | partake: partook | retake: retook | rewrite: rewrote rewritten
override: overrode overridden | overthrow: overthrew overthrown | outgrow: outgrew outgrown | overrun: overran
foretell: foretold | resell: resold | mislead: misled | misunderstand: misunderstood | rethink: rethought
beget: begot begotten | beseech: besought | bestride: bestrode | stride: strode | strive: strove striven
thrive: throve | smite: smote smitten | stink: stank | sow: sown | mow: mown | sew: sewn | saw: sawn | hew: hewn
prove: proven | shave: shaven | melt: molten | lade: laden | clothe: clad | tread: trod trodden | shear: shorn
wring: wrung | sling: slung | string: strung | spin: spun | unwind: unwound | sting: stung | fling: flung | wind: winding | hit: hitting
volcano: volcanoes | veto: vetoes vetoed vetoing | cargo: cargoes | embargo: embargoes embargoed | echo: echoes
torpedo: torpedoes | mosquito: mosquitoes | potato: potatoes | tomato: tomatoes | mango: mangoes | quiz: quizzes
cactus: cacti | radius: radii | terminus: termini | parenthesis: parentheses | neurosis: neuroses
metamorphosis: metamorphoses | ellipsis: ellipses | automaton: automata | ovum: ova | addendum: addenda
corrigendum: corrigenda | alga: algae | nebula: nebulae | plateau: plateaux | bureau: bureaux | chateau: chateaux
dwarf: dwarves | elf: elves | sheaf: sheaves | wharf: wharves | midwife: midwives | lie: lying
tie: tying | vie: vying | be: is are was were been being am | buy: buys buying
""".strip()

#: American spellings are brought to the British one by these beginnings of words, and by nothing else.
OUR: Final = (
    "labo harbo neighbo colo favo behavio hono humo rumo armo endeavo rigo vigo tumo odo savo flavo parlo "
    "ardo cando splendo demeano savio belabo discolo disfavo dishono misbehavio clamo fervo ranco valo vapo"
).split()
RE: Final = "cent theat met lit fib calib sab spect somb meag lust kilomet centimet millimet epicent manoeuv maneuv".split()

#: American -> British, as beginnings of words, longest first.
SPELLINGS: Final = {
    "defens": "defenc",
    "offense": "offence",
    "license": "licence",
    "licensing": "licencing",
    "pretense": "pretence",
    "programme": "program",
    "judgement": "judgment",
    "acknowledgement": "acknowledgment",
    "catalogue": "catalog",
    "dialogue": "dialog",
    "analogue": "analog",
    "ageing": "aging",
    "grey": "gray",
    "plough": "plow",
    "cheque": "check",
    "enrolment": "enrollment",
    "fulfilment": "fulfillment",
    "instalment": "installment",
    "skilful": "skillful",
    "aluminium": "aluminum",
    "jewellery": "jewelry",
    "sceptic": "skeptic",
    "mould": "mold",
    "manoeuv": "maneuv",
    "tyre": "tire",
    "storey": "story",
    "whisky": "whiskey",
    "yoghurt": "yogurt",
    "towards": "toward",
    "amidst": "amid",
    "likeable": "likable",
    "sizeable": "sizable",
    "moveable": "movable",
    "connexion": "connection",
    "carcase": "carcass",
    "mollusc": "mollusk",
    "caesar": "cesar",
    "caesium": "cesium",
    "paediatric": "pediatric",
    "anaemi": "anemi",
    "anaesthe": "anesthe",
    "haemo": "hemo",
    "haema": "hema",
    "leukaemi": "leukemi",
    "oestrogen": "estrogen",
    "oedema": "edema",
    "oesophag": "esophag",
    "foet": "fet",
    "diarrhoea": "diarrhea",
    "orthopaedic": "orthopedic",
    "gynaecolog": "gynecolog",
    "encyclopaedi": "encyclopedi",
    "archaeolog": "archeolog",
    "mediaeval": "medieval",
    "draught": "draft",
    "gaol": "jail",
    "kerb": "curb",
    "sulphur": "sulfur",
    "moustache": "mustache",
    "pyjama": "pajama",
    "cosy": "cozy",
    "artefact": "artifact",
}
