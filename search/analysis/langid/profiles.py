"""What tells the languages of the Latin script apart: their frequent words, endings and letters.

Data only, read by ``detect``. A language that has a package declares its profile there; those of the others
stand here, and are the usual lists of function words. Both spellings are given where accents are often left
out.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Profile(NamedTuple):
    """What speaks for one language, in lower case."""

    words: str
    """Frequent words, those that say most first: frequency times how seldom other languages use them."""
    endings: dict[int, str] = {}  # noqa: RUF012 - never changed
    """Endings (or, with ^, beginnings) of longer words, by how much each says."""
    letters: dict[int, str] = {}  # noqa: RUF012 - never changed
    """Letters that few languages have, by how much each says."""


#: The Latin of layouts, "lorem ipsum": what looks most like it is in no language, and says nothing of one.
FILLER: Final = "la"

WORDS: Final[dict[str, str]] = {
    "es": """de la que el en y los se del las un por con una su para es al lo como más o pero sus le ha me si sin
        sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque
        qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo mismo ese ahora cada
        vida otro después te otros aunque esa eso hace otra gobierno tan durante siempre día tanto ella tres sí
        dijo sido gran país según menos mundo año antes estado contra sino forma caso nada hacer estaba poco
        estos presidente mayor ante unos algo hacia casa ellos ayer hecho primera mucho mientras además quien
        esto nosotros fueron hoy estas nuestro nuestra ciudad seguridad desarrollo el los las una""",
    "pt": """de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à
        seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo
        aos ter seus quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm numa pelos
        elas havia seja qual será nós lhe deles essas esses pelas este dele tu te vocês vos lhes meus nosso nossa
        dela delas esta estes estas aquele aquela isto aquilo estou anos ano dia governo país cidade são segundo
        ainda sobre contra onde todos toda pessoas apenas não são""",
    "it": """di che è e la il un a per in una mi sono ho non ma lo ha le si ti i con cosa se io come da ci no questo
        qui bene tu del mio perché me della solo gli degli delle dei al nel nella sul alla più anche cui questa
        dal dalla era dopo sua suo loro stato essere hanno fatto due ai nei tra fra sulla prima ancora dove quando
        molto tutti tutto ogni anni anno governo paese sia così oggi città c'è sempre senza contro loro quella
        quello questi queste nelle negli dalle dagli alle agli sulle sono stati stata aveva erano poi già ora mai
        ed lei lui noi voi sicurezza perche piu""",
    "ro": """de în și la a cu pe nu o că un din se care este pentru mai ce sau au al ale ai fi să prin dar sunt după
        fost lui ei iar către între această acest aceasta când ca cel cea cele cei lor asupra toate tot doar foarte
        fără până unde dacă despre orice fiecare acesta aceste acestea era aveau avea ani țară guvern statul poate
        trebuie astfel si sa ca sint însă ori către printr într dintre""",
    "de": """der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus
        er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor
        zur bis mehr durch man sein wurde sei hatte kann gegen vom können schon wenn habe seine mark ihre dann unter
        wir soll ich eines jahr zwei jahren diese dieser wieder keine uhr seiner worden will zwischen immer
        millionen was sagte fur uber konnen deutschland regierung staat land menschen deutsche ihr uns unser
        sehr beim alle gibt heute doch jetzt hier ohne""",
    "nl": """de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er maar om hem dan zou
        of wat mijn men dit zo door over ze zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben deze
        want nog zal me zij nu ge geen omdat iets worden toch al waren veel meer doen toen moet ben zonder kan hun
        dus alles onder ja eens hier wie werd altijd doch wordt wezen kunnen ons zelf tegen na reeds wil kon niets
        uw iemand geweest andere jaar jaren onze tussen volgens landen land nieuwe mensen regering""",
    "sv": """och i att det som en på är av för den till med inte han om har de ett var jag men sig från vi så kan när
        hade nu under ska skulle där min eller efter du upp vid än hon ut mot också över in ut får man sin dig
        alla andra mycket vad mer vara hur finns detta dessa denna utan blev blir mellan år många sedan bara
        sverige regeringen länder människor inom enligt även nya och att""",
    "da": """og i at det er en til af på som den for de med der ikke et han har var men jeg sig om fra vi så kan
        skal hun blev ville hvor eller når efter ud ved op nu under også over sin mig dig min hvis mod mange meget
        være havde kunne alle andre end hvad dem denne dette disse uden mellem år siden blive bliver danmark
        landet regeringen lande mennesker af og ifølge inden noget kun nye""",
    "no": """og i det på som er en til å han av for at var med de ikke den har jeg om et men så seg hun hadde fra vi
        du kan da ble ut skal vil ham etter over ved også bare eller sa nå dette noe være meg mot opp der når inn
        dem kunne andre blir alle noen sin ha år henne må selv sier få kom hvor hva mellom norge landet
        regjeringen land mennesker ifølge uten mange mye etter nye""",
    "fi": """ja on ei se että oli hän en joka mutta hänen niin kuin mitä kun ovat ole myös sen olen ne tai minä
        olisi siitä nyt vain jos sitä vielä jo tämä mukaan sekä kanssa ollut joka jotka koko vuoden vuonna
        hänet tämän ennen jälkeen mikä sitten kaikki siellä tässä miten aina voi olla suomen suomi hallitus maan
        eivät sitten että ettei ovat ollut eikä koska näin kuten""",
    "hu": """a az és hogy nem is egy ez azt meg van volt de csak már ha mint még el ezt én aki ki kell mert vagy
        lesz sem fel minden nagy így úgy most után azonban akkor lehet két több őt ami itt szerint között olyan
        magyar ezek voltak az által pedig ne ezért amely amelyek ország kormány években év évben ember
        és hogy nincs vannak majd lenne""",
    "pl": """w i na z do się nie że jest to o po za od przez jak dla są ale co tym był było oraz już ich tego która
        który które tylko może być przy także jego jej ma lub czy tak po kiedy pod bez roku lat państwa rządu""",
    "cs": """a se na v je že o s z do k i za si by pro jako to od po jsou ale byl bylo byla který která které jeho
        jejich však jen není být nebo při podle také již až před roku let vlády což když tak""",
    "tr": """ve bir bu için de da ile çok daha olarak olan gibi kadar ne o en var sonra değil olduğu mi ama her ya
        ki şu türkiye yıl yeni tarafından göre ise iki önce oldu büyük veya""",
    "id": """yang dan di untuk dengan dari pada ini itu dalam tidak akan adalah oleh ke sebagai telah karena juga
        atau ada mereka bisa dapat tersebut bahwa kami saya negara tahun orang lebih sudah""",
    FILLER: """lorem ipsum dolor sit amet consectetur adipiscing elit sed et in ut non ad cum quod qui est per ex
        quis eiusmod tempor incididunt labore dolore magna aliqua enim minim veniam nostrud exercitation ullamco
        laboris nisi aliquip ea commodo consequat duis aute irure reprehenderit voluptate velit esse cillum fugiat
        nulla pariatur excepteur sint occaecat cupidatat proident sunt culpa officia deserunt mollit anim id
        laborum ac nec vel eget ante justo quam vitae nunc donec mauris vestibulum pellentesque sem tellus
        libero leo augue metus turpis morbi tristique felis eu urna lectus porttitor nibh diam risus sapien arcu
        massa dui ornare orci volutpat viverra maecenas praesent suspendisse phasellus aenean vivamus curabitur
        integer nullam etiam fusce proin sodales tincidunt a ultrices posuere cubilia faucibus luctus primis
        bibendum hendrerit mattis malesuada fermentum pretium cras odio purus semper tempus aliquam egestas
        habitant netus fames rhoncus auctor scelerisque lacus lacinia convallis erat varius ligula nam de ab atque
        autem hoc haec ille si sive aut neque quae quam quoque enim nunc tamen etiam inter sine sub suis eius""",
}

#: Words that English and French write alike, and use alike: they speak for neither, whatever their endings say.
ALIKE: Final = """
    document documents message messages page pages note table budget tables image images section agenda total
    index date dates service services code codes version format application mission notification
    description restaurant menu important simple international migration migrations immigration national
    france non union part situation plan information production formation respect distribution cause
    type action place justice moment association local programme point relative nature points six
    standard second site issue absence obligations source sites capital base condition culture met
    regard types structure intervention vote principal paris actions assistance propose contribution
    structures observations plans unique central maximum transmission provisions direct occasion
    initiative stage existence participation parts destruction terminal bases performance volume
    distance global associations court capable occupation sources connexion tests violation extension
    opposition territorial provision transformation composition double experts millions face institution
    constitution minimum identification contributions location initial intention classes situations
    suppression inspection promotion modifications agriculture impact relation conception proportion
    radio secret guide commissions fraction machine net joint cessation motifs expressions original
    figure passage conciliation institutions supports adoption crime variables diffusion obstacle lot
    fusion minutes grave incident radiation impression minimal blocs coefficient flexible diagnostic
    complexes gap introduction centres sessions limitation conversion inter multi refuse node violence
    instruments quote incompatible exclusive silence library justification substitution rural sort
    dimensions parents modes orientation compression washington concessions favorable technologies
    business province industries menace combat manifestations maximal match impose phases instances semi
    adaptation dorsal validation aire places science comparable observation partition notice substance
    restrictions vision rose input variable phrase sons compensation empire arguments station
    classification indications notes tool estimation directions instructions correspond investigations
    observer confirmation shell plaque correction arc circuit protocol restriction camps capture
    contacts incorporation infiltration nets continental comprise aura text indispensable confusion bar
    catastrophe extinction surfaces inverse qualifications correspondent fruits invite crimes extraction
    parent arrive absent mine stock supervision export signatures minute user frontal tsunami seize club
    distinction abandon scheme alternatives incidents coup train trait interactive server video cup
    supporters invitation virtual provinces list pure satellite
"""

#: Endings and beginnings that speak for neither, where a shorter one would speak for one.
NEITHER: Final = "sy rd rg om are int our ang ore gent ^uni"

#: Endings (or, with ^, beginnings) of longer words, and how much each says.
ENDINGS: Final[dict[str, dict[int, str]]] = {
    FILLER: {4: "ibus orum arum itur ntur untur", 3: "ius isque amus tum dum lum rum num sum cum mus que"},
    "es": {5: "ción ciones ía ías ados idad", 4: "dad mente ando iendo ado ada idos eza", 3: "ión ar os"},
    "pt": {6: "ção ções ões", 5: "dade ão nho nha", 4: "mente ando endo agem", 2: "os ar"},
    "it": {6: "zione zioni tà", 5: "ità gli zza aggio", 4: "mente ando ono ato ata", 2: "i o"},
    "de": {5: "ung ungen keit heit lich sch", 4: "ische ten chen", 3: "ern en ^ge ^ver"},
    "nl": {6: "lijk lijke ij", 5: "heid aar oo ^ge", 3: "en aat"},
    "sv": {4: "ningen ande arna", 3: "het ning lig"},
    "da": {4: "ningen erne else hed", 3: "ning lig"},
    "no": {4: "ningen ene else het", 3: "ning lig"},
    "fi": {5: "ssa ssä lla llä sta stä minen", 4: "nen ista aan iin"},
    "hu": {5: "ság ség nak nek ban ben ból ből", 3: "ok ek"},
    "ro": {6: "ului ilor ție ții țiile", 3: "ea ul"},
    "pl": {4: "ych nia owie ść"},
    "tr": {4: "ları leri lar ler ında"},
    "id": {3: "kan nya ^meng ^ber"},
}

#: Letters that few languages have.
LETTERS: Final[dict[str, dict[int, str]]] = {
    "es": {8: "ñ¿¡", 4: "íó", 3: "áú", 1: "é"},
    "pt": {8: "ãõ", 4: "çâ", 3: "êáíóà"},
    "it": {7: "ìò", 4: "àùè"},
    "ro": {9: "șțăşţ", 3: "âî"},
    "de": {9: "ß", 6: "ü", 5: "äö"},
    "nl": {2: "ëï"},
    "sv": {6: "åäö"},
    "da": {7: "æø", 5: "å"},
    "no": {7: "æø", 5: "å"},
    "fi": {6: "äö"},
    "hu": {9: "őű", 5: "öü", 4: "áíóú", 3: "é"},
    "pl": {9: "łżśźąęńć", 3: "ó"},
    "cs": {9: "řěů", 6: "šžč", 4: "ýáí"},
    "tr": {9: "ğıİ", 6: "ş", 4: "üöç"},
}


def profile(code: str) -> Profile:
    """Return the profile of a language of ``WORDS``."""
    return Profile(WORDS[code], ENDINGS.get(code, {}), LETTERS.get(code, {}))
