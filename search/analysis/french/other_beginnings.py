"""Irregular French forms that do not begin as their stem does: a table alone, drawn from those of the stemmer.

A search passes over a word of a text by its first letters, and has no time for the stemmer's own tables.
"""

from __future__ import annotations

from typing import Final

#: First two letters of a stem: how words begin that have such a stem and do not hold these letters.
BEGINNINGS: Final = """
ai: aulx | al: aille ira irez iriez irions irons iront va vont | av: aie aura aurez auriez aurions aurons
auront ayant eurent eut ont | bo: bu | em: imperatrice | et: est furent fut sera serez seriez serions serons
seront soient soit sommes sont | fa: fera ferez feriez ferions ferons feront firent fit font | li: lu | ma:
mesdames | me: mirent mis mit | mo: messieurs meure meurs meurt meus meut meuve mue mut | na: nee nes | oe:
yeux | sa: su | te: tiendra tiendrez tiendriez tiendrions tiendrons tiendront tienne tiens tient tinrent
tint | ve: viendra viendrez viendriez viendrions viendrons viendront vienne viens vient vinrent vint | vi:
vecu | vo: verra verrez verriez verrions verrons verront veuille veulent veut veux virent vu
"""
