"""What it costs to write one letter for another in a name, learned from open pairs of spellings.

Made by `benchmarks/quality/letter_costs.py`; not to be changed by hand. The pairs are of
arabic-name-romanizer's names of Arab people and of Wikidata's labels, both CC0 1.0, which asks for
no notice; nothing else was learned of.

A row is one letter, or two that are written for one sound, and what stands for it on the other
side with its cost, the cheapest first; `-` is nothing. What is not listed costs more than 4.
"""

from typing import Final

#: Arabic to Latin script.
ARABIC_LATIN: Final = """\
-: e=0 o=0 a=0.4 h=0.5 u=1.3 y=2.3 i=2.5 j=3.8
ء: a=0
ئ: a=0 e=0 i=0.1 u=0.4
ا: a=0 e=2.4 -=2.6 o=3.6
ب: b=0 p=0
ت: t=0
تش: ch=0 c=2.2
ث: t=0
ج: dj=0 j=0 g=0.5
ح: h=0
خ: kh=0 j=3.3 ch=3.4
د: d=0
ذ: d=0
ر: r=0
ز: z=0 s=2.1
س: ce=0 s=0 c=1.3
ش: ch=0 sh=0
ص: s=0 ce=1.3
ض: d=0
ط: t=0
ظ: d=0 z=0.4
ع: a=0 -=1.7 o=2.5 e=2.9 u=3.3 i=3.6
غ: g=0
ف: f=0 ph=0 v=0 w=3.3
ق: k=0 q=0 g=0.3 c=2.9
ك: c=0 ck=0 k=0 q=2.1 g=2.7
كس: x=0
ل: l=0
م: m=0
ن: n=0
ه: h=0 -=0.1
و: u=0 w=0 o=0.2
ي: i=0 y=0 e=0.9 j=2.7
"""

#: Latin to Latin script, both ways.
LATIN_LATIN: Final = """\
-: e=0.1 u=0.8 h=1.1 o=1.3 a=2 w=2.3 y=2.4 j=2.6 i=2.8
a: a=0 e=0.7 u=1.8 -=2 o=2.5 i=3.1 y=3.8
ah: ah=0
aw: aw=0
ay: ay=0
b: b=0 p=0
c: c=0 k=0.1 s=0.9 ck=1.1
ce: s=0 ce=0.1
ch: ch=0 sh=0.7 h=3.1
ck: k=0 ck=0.8 c=1.1
d: d=0
dh: dh=0
dj: j=0 dj=0.3 g=1.8
e: e=0 -=0.1 i=0.5 a=0.7 y=1.4 u=2.3 o=3.5
ey: ey=0
f: f=0 ph=0 v=1.1
g: g=0 j=1.1 q=1.6 dj=1.8 k=2.5
gh: gh=0
h: h=0 -=1.1 ch=3.1
i: i=0 y=0 e=0.5 -=2.8 a=3.1 u=3.2
j: dj=0 j=0 g=1.1 -=2.6 y=3.1
k: ck=0 k=0 q=0 c=0.1 g=2.4
kh: kh=0
l: l=0
m: m=0
n: n=0
ng: ng=0
o: o=0 u=0.4 -=1.3 w=1.8 a=2.5 e=3.5
ou: ou=0
p: b=0 p=0.3
ph: f=0
q: k=0 q=0.1 g=1.6
qu: qu=0
r: r=0
s: ce=0 s=0 x=0 c=0.9
sh: sh=0 ch=0.7
t: t=0
th: th=0
tz: tz=0
u: u=0 o=0.4 w=0.4 -=0.8 a=1.8 e=2.3 i=3.2
v: v=0 f=1.1 w=2.3
w: w=0 u=0.4 o=1.8 -=2.3 v=2.3
x: s=0
y: i=0 y=0.6 e=1.4 -=2.4 j=3.1 a=3.8
z: z=0
"""
