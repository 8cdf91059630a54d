"""What tells English from other languages: its frequent words, endings and letters.

The words were counted in news, law, science, encyclopedia and United Nations texts; those that say most come
first (frequency times how seldom other languages use them), and words of offices at the end. An ending says
twice the logarithm of how much oftener the words of one language have it than those of the other. Data only,
read by ``langid``.
"""

from __future__ import annotations

from typing import Final

from coopsearch.search.analysis.langid.profiles import Profile

PROFILE: Final = Profile(
    words="""the of and to in that is with for we was by which are be as not this it have were a has had been at
    their these on our all or would they will one an other more there who such may also those between can
    no but than only should people he during most great into when any years if two so must both could
    under some against here them among many through present first made up being now us out upon over like
    three within before used mr do use same because last might own about said my without using since did
    still thus including very show how where further life although each way then cannot what take every
    less hope power men called peace nations world states government united international countries
    security development council general assembly nuclear per much end its known become need towards
    recent good whole east west north south today shall say past given its several shown provide president
    high well i his her she you your from themselves always yet another come together few either
    established free rights believe often again single once too while after war however problem problems
    economic development peoples time associated members months take children law minister leader leaders
    police officials police week day year border crisis report news new results human organization country
    delegation work political powers state even number control risk fact found policy based flow treatment
    disease increased make analysis operation small principles specific pressure agreement studies right
    therefore function far military methods self activity order system korea levels peaceful developed
    aggression different compared factors freedom induced itself age factor whether foreign body taken
    group member women american dependent form armaments view china progress matter necessary basis energy
    increase growth response long meeting higher does solution model various western activation health
    expressed low measures germany weapons already method field essential principle set boundary
    resolution independence whose question significant significantly binding result related evidence four
    greater interests clinical understanding early history kingdom purpose similar give events disarmament
    potential committee full spirit proposals required confidence future changes layer primary efforts
    europe representative blood able communist reduction suggest mean see complex governments common area
    africa theory israel death course armed process identified particular concerned egypt reduced obtained
    considered least republic secretary just groups purposes period put independent level observed stem
    ratio better showed treaty asia region veto words settlement arab mankind particularly session
    european find rate never democratic mail merge test file files folder sheet slide slides title
    untitled subject header footer draft summary name phone address minutes attachment attached sent
    annual schedule price prices orders customer customers invoice payment receipt balance account
    accounts bank staff salary sales revenue income expenses employee employees manager department project
    team task tasks deadline update updates request requests answer answers reply training workshop weekly
    daily monthly quarterly overview background findings recommendations steps follow thank thanks please
    hello dear regards welcome example sample text picture chart heading chapter row rows column columns
    value values size width height color colour link links click below above content contents notes letter
    memo statement board list empty borders smuggling migrants refugees""",
    endings={
        7: "ally ed ely ting tly tors",
        6: "ness osis",
        5: (
            "ained ase ators ected ened ful g hed ians ic ied ised ist ities ively lar lled ly med nary ng "
            "nting ogy ous rated sm sted sting sts tely ved wed"
        ),
        4: "als ate cal ced d ders ency hs ings ited nded onal ors rted sis ty ured ^prec ^unc",
        3: (
            "ar ases ates ds dy gy hic ht ia ian ks land lls ping rly rm ry ss st wing y ys ^dep ^disa ^immu "
            "^neur ^ov"
        ),
        2: (
            "ad al am ars bs c ch cs cts cy ee em ft gh gs h hy id ip ke late ld m ma ms na od ol ome omes "
            "one or ow rn sh th ther ul um us w ws ze ^adv ^coun ^cy ^dec ^def ^del ^det ^ele ^end ^ep ^eq "
            "^ev ^he ^hyp ^lea ^ly ^mea ^med ^meta ^mic ^mis ^my ^non ^os ^out ^pre ^pur ^rea ^rese ^sh ^sl "
            "^sm ^ste ^stre ^stri ^sw ^ther ^thr ^un ^up ^wa ^wh ^wo"
        ),
        1: (
            "a an ans ap as b ble cent ck ct en ers ery ew ide ies ile im in ine k ker l la ll my nd nder nk "
            "ose ot ots p ps pt rance rds rk sses ta tis v ve"
        ),
    },
)
