"""Before NLTK's English stemmer (Porter2): one spelling for -ise and -ize, and the words it confuses.

M. F. Porter, "English (Porter2) stemming algorithm", snowballstem.org. It joins organ with organization and
international with internal; a list of such words says what they are. NLTK's stemmer is loaded when a word
is first stemmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from coopsearch.search.analysis.english.irregular_forms import FORMS, OUR, RE, SPELLINGS

_ize: Final = re.compile(r"(?<=...)iz(?=(?:e[dr]?|es|ers|ing|ings|ation|ations|ational|able)\Z)").sub

#: Stem -> the words that have it, each family kept out of another's way.
_FAMILIES: Final = {
    "internation": "international internationally internationals",
    "internal": "internal internally",
    "universit": "university universities",
    "important": "important importantly importance",
    "department": "department departments departmental",
    "authorit": "authority authorities",
    "experiment": "experiment experiments experimental experimentally experimented experimenting",
    "emergenc": "emergency emergencies",
    "several": "several",
    "informal": "informal informally",
    "desert": "desert deserts",
    "policy": "policy policies",
    "politics": "politics",
    "organ": "organ organs",
    "organism": "organism organisms",
    "organic": "organic organically",
    "customer": "customer customers",
    "apartment": "apartment apartments",
    "hospitality": "hospitality hospitable",
    "socialism": "socialism socialist socialists",
    "designat": "designate designates designated designating designation designations",
    "positive": "positive positively positives",
    "objective": "objective objectives objectively objectivity",
    "relative": "relative relatives relatively relativity",
    "respective": "respective respectively",
    "subjective": "subjective subjectively subjectivity",
    "succession": "succession successions successive successively successor successors",
    "procession": "procession processions",
    "recession": "recession recessions",
    "accession": "accession accessions",
    "secretion": "secretion secretions",
    "majority": "majority majorities",
    "minority": "minority minorities",
    "unit": "unit units",
    "unite": "unite unites united uniting",
    "diversion": "diversion diversions",
    "conversation": "conversation conversations conversational",
    "liberal": "liberal liberals liberally liberalism",
    "publish": "publication publications",
    "lateral": "lateral laterally",
    "empirical": "empirical empirically",
    "initial": "initial initially initials",
    "initiative": "initiative initiatives",
    "universe": "universe universes",
    "terminal": "terminal terminals",
    "business": "business businesses",
    "interval": "interval intervals",
    "identical": "identical identically",
    "admiral": "admiral admirals",
    "mineral": "mineral minerals",
    "corporal": "corporal corporals",
    "personal": "personal personally personality personalities",
    "competition": "competition competitions competitive competitor competitors competitiveness",
    "committee": "committee committees",
    "past": "past",
    "customs": "customs",
    "arms": "arms",
    "general": "general generals generally",
    "animal": "animal animals",
    "capitalis": "capitalism capitalist capitalists",
    "analys": "analysis analyses analyse analyses analysed analysing analyze "
    "analyzes analyzed analyzing analyst analysts",
    "basis": "basis",
    "criteri": "criterion criteria",
    "maritim": "maritime",
    "marit": "marital",
    "probe": "probe probes probed probing",
    "agre": "agree agrees agreed agreeing agreement agreements",
    "disagre": "disagree disagrees disagreed disagreeing disagreement disagreements",
    "ration": "ration rations rationed rationing",
    "rational": "rational rationally rationale",
    "execut": "execute executes executed executing execution executions",
    "executiv": "executive executives",
    "news": "news",
    "evening": "evening evenings",
    "morning": "morning mornings",
    "ceiling": "ceiling ceilings",
    "sterling": "sterling",
    "sibling": "sibling siblings",
    "pudding": "pudding puddings",
    "shilling": "shilling shillings",
    "lightning": "lightning",
    "principl": "principle principles principled",
    "principal": "principal principals principally",
    "moral": "moral morals morally morality",
    "moralle": "morale",
    "personnel": "personnel",
    "means": "means",
    "species": "species",
    "series": "series",
    "bias": "bias biases biased",
    "virus": "virus viruses",
    "campus": "campus campuses",
    "census": "census censuses",
    "bonus": "bonus bonuses",
    "corpus": "corpus corpora",
    "plus": "plus pluses",
    "lens": "lens lenses",
    "chaos": "chaos",
    "ethos": "ethos",
    "adultery": "adultery",
    "infantry": "infantry",
    "discuss": "discuss discusses discussed discussing discussion discussions",
    "convention": "convention conventions conventional conventionally",
    "delegat": "delegate delegates delegation delegations",
    "consul": "consul consuls consular consulate consulates",
    "probation": "probation",
    "corpse": "corpse corpses",
    "corps": "corps",
    "compassion": "compassion compassionate compassionately",
    "assassin": "assassin assassins",
    "humus": "humus",
    "colleagu": "colleague colleagues",
    "private": "private privately privacy privatise privatised privatisation privatize privatized privatization",
    "privation": "privation privations",
    "add": "add adds added adding",
    "err": "err errs erred erring",
    "ebb": "ebb ebbs ebbed ebbing",
    "integrity": "integrity",
    "responsibl": "responsibility responsibilities responsible responsibly",
    "optimism": "optimism optimist optimists optimistic optimistically",
    "reservation": "reservation reservations",
    "conference": "conference conferences",
    "constitution": "constitution constitutions constitutional constitutionally constitutionality",
    "assembly": "assembly assemblies",
    "judiciously": "judicious judiciously",
    "principality": "principality principalities",
    "witness": "witness witnesses witnessed witnessing",
    "intelligible": "intelligible intelligibly intelligibility",
    "refugi": "refugee refugees",
    "paris": "paris",
    "candidat": "candidate candidates candidacy candidacies",
}
_STEMS: Final = {word: stem for stem, words in _FAMILIES.items() for word in words.split()}

#: Irregular form -> the word of which it is one.
_FORM_OF: Final = {
    form: entry.split(":")[0].strip()
    for entry in FORMS.replace("\n", "|").split("|")
    for form in entry.split(":")[1].split()
}

#: The last part of a compound: policemen, spokeswomen, grandchildren, housewives.
_LAST_PARTS: Final = {"women": "woman", "men": "man", "children": "child", "wives": "wife"}
_NOT_MEN: Final = frozenset(
    "regimen specimen abdomen acumen semen stamen yemen omen hymen bitumen examen".split()
)

_or: Final = re.compile(
    rf"\A({'|'.join(OUR)})r(?=(?:s|ed|ing|ings|able|ably|er|ers|ful|less|hood|hoods|ly|y|al|ally|ite|ites|ist|ists|ism|ation|ations)?\Z)"
).sub
_er: Final = re.compile(rf"\A({'|'.join(RE)})er(?=(?:s|ed)?\Z)").sub
_SPELT: Final = tuple(SPELLINGS)

#: Words in -ic that write ick before an ending.
_ICK: Final = (
    "trafficke",
    "traffickin",
    "panicke",
    "panickin",
    "mimicke",
    "mimickin",
    "picnicke",
    "picnickin",
)


def stem(word: str) -> str:
    """Return the stem of a folded word: by Porter2, but for what that gets wrong."""
    from coopsearch.search.analysis._nltk import stem as snowball

    found = known(word)
    return snowball("English", prepare(word)) if found is None else found


def known(word: str) -> str | None:
    """Return the stem of a folded word that Porter2 gets wrong, None for all others."""
    return _STEMS.get(word)


def listed() -> Iterator[str]:
    """Yield the folded words whose stems stand in a list, as no ending tells them."""
    yield from _STEMS
    yield from _FORM_OF


def prepare(word: str) -> str:
    """Return what Snowball is to be given for a folded word: organise for organize, seek for sought, say."""
    if (found := _FORM_OF.get(word)) is not None:
        return found
    if len(word) > 5 and word.endswith(("men", "children", "wives")):
        for ending, one in _LAST_PARTS.items():
            if word.endswith(ending) and len(word) - len(ending) >= 2 and word not in _NOT_MEN:
                return word[: -len(ending)] + one
    if "lyz" in word:
        word = word.replace("lyz", "lys")
    elif "iz" in word:
        word = _ize("is", word)
    elif word.startswith(_SPELT):
        for theirs, ours in SPELLINGS.items():
            if word.startswith(theirs):
                return ours + word[len(theirs) :]
    if "or" in word:
        word = _or(r"\1ur", word)
    elif "er" in word:
        word = _er(r"\1re", word)
    return word.replace("ck", "c", 1) if word.startswith(_ICK) else word
