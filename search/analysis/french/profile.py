"""What tells French from other languages: its frequent words, endings and letters.

The words were counted in news, law, science, encyclopedia and United Nations texts; those that say most come
first (frequency times how seldom other languages use them). Data only, read by ``langid``.
"""

from __future__ import annotations

from typing import Final

from coopsearch.search.analysis.langid.profiles import Profile

PROFILE: Final = Profile(
    words="""de la l les à des du et le ou en d est un pour une au dans par sur sont que qui ce peut avec être qu pas
    cette aux lorsque il leur présent ne sous ainsi même son peuvent ces elle entre dont été saint soit tout
    autres sans deux ils leurs sa fait comme ont si chaque partie lorsqu livre lui également moins doit se ayant
    plus plusieurs selon trois où droits c s n j m t notamment faire avant celui année nord nombre cours elles
    tous française jours guerre y français ouest pendant toutes doivent jusqu toute vue contre outre afin toutefois
    sauf aussi premier première suivant mais sens pris vous nous je tu mon ma mes ton ta tes nos vos notre votre
    travail fois fin depuis manière autre bien ses ceux celles celle chez vers puis alors encore très
    peu beaucoup toujours jamais rien quand comment pourquoi quel quelle quels quelles avoir était étaient avait
    avaient sera seront serait ai as avons avez sommes êtes suis lors malgré parce quoi donc car cela ça ceci
    aujourd hui hier demain sécurité gouvernement pays état états ministre président politique français française
    nouvelle nouveau grande grand petite petit ville monde vie hommes femmes enfants loi droit article après
    étranger frontière frontières réfugiés suite mise plus moins ici blog articles""",
    endings={
        5: "ées eur eurs que ques ité ités tés eux nte nne tée dre uée ème ère aux tte euse aient isme iste",
        4: "lle eau eaux oire tre rer rent ais oir ois gne rme ène iel ielle ienne enne és ée ez ^éc ^ét ^ré ^dé ^pré",
        3: "ait age ant rie ste che ieu ^nou ^pou ^jou ise ont ance ire é ice ure ène oit if ifs ive ^quel ins ins",
        2: "ent res ise er ir les nt ier ^ver",
        1: "e es ement",
    },
    letters={
        8: "œ",
        5: "êèçùûëîï",
        4: "éàâô",
    },
)
