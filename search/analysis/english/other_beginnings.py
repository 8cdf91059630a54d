"""Irregular English forms that do not begin as their stem does: a table alone, drawn from those of the stemmer.

A search passes over a word of a text by its first letters, and has no time for the stemmer's own tables.
"""

from __future__ import annotations

from typing import Final

#: First two letters of a stem: how words begin that have such a stem and do not hold these letters.
BEGINNINGS: Final = """
be: am are borne is was were | bu: bought | ce: caesar caesium | co: came | cu: kerb | di: dug dying | do: did |
ea: ate | fa: fell | fe: foet | fi: fought | fo: feet | ge: got | gi: gave | go: geese went | ha: hung | he:
haema haemo | ho: held | ja: gaol | li: lying | lo: lice | ma: men | me: molten | mo: mice | mu: moustache |
pa: pyjama | pe: paediatric | ri: rang rode rung | ru: ran | se: sold sought | si: sang sank sat sung sunk |
sk: sceptic | ta: took | te: taught told tore torn | ti: tying tyre | to: teeth | vi: vying | wa: woke | we:
wore worn wove | wi: won
"""
