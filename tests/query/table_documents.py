"""The documents that the tables of queries ask, in three languages."""

from __future__ import annotations

import datetime as dt

TEXTS = {
    "boat": "Boats at night\n\nSmugglers move people by boat across the sea. The guard stopped two boats.",
    "route": "Smuggling routes\n\nSmuggling routes cross the desert. Human traffickers use the old routes.",
    "border": "Cross-border cooperation\n\nCross-border police cooperation improves. Border guards share.",
    "asylum": "Asylum law\n\nThe asylum seekers wait for a decision. An appeal is lodged within 30 days.",
    "trade": "Trade\n\nTrade between Tunisia and Libya grew. Customs officers found 1,250 cartons.",
    "police": "Police training\n\nThe police academy trains officers. Ask desk@example.org, the U.S. team.",
    "words": "On words\n\nTo be or not to be, and so on: near or far.",
    "report": "Annual report\n\nThe annual report of the academy was not published. Costs: 42 dinars.",
    "mer": "Réfugiés en mer\n\nLes réfugiés traversent la Méditerranée. Les passeurs quittent la côte.",
    "accord": "Accord\n\nL'accord de coopération militaire protège les frontières. L'œuvre commune continue.",
    "enquete": "Enquête\n\nL'enquête sur les passeurs avance. Aujourd’hui, trois suspects sont arrêtés.",
    "loi": "Loi sur l'asile\n\nLa loi sur l'asile change. Le droit d'asile reste garanti.",
    "hudud": "أمن الحدود\n\nتعزز الشرطة أمن الحدود. التعاون بين البلدين مستمر.",
    "tahrib": "شبكات التهريب\n\nيستخدم المهربون طرقا قديمة في الصحراء. أوقفت الشرطة ١٢ شخصا.",
    "lajiin": "اللاجئون\n\nوصل اللاجئون إلى الساحل ليلا. يطلبون الحماية، والمساعدة.",
    "mixed": (
        "Communiqué\n\nThe minister spoke of fisheries to the press.\n\n"
        "Le ministre a parlé de la pêche à la presse.\n\nتحدث الوزير عن الصيد إلى الصحافة."
    ),
}
LAST_YEAR = dt.datetime.now(dt.UTC).year - 1
RECORDS: list[dict[str, str | int]] = [
    {"_id": "r1", "title": "Tunis", "text": "A note about ports.", "country": "TN", "year": 2018,
     "date": "2018-03-04", "author": "Amal Benali"},
    {"_id": "r2", "title": "Tripoli", "text": "A note on harbours and ports.", "country": "LY", "year": 2020,
     "date": "2020-07-15", "author": "Omar Sassi"},
    {"_id": "r3", "title": "Marseille", "text": "Un billet sur le quai.", "country": "FR", "year": 2021,
     "date": "2021-01-10", "author": "Claire Benali", "price": "-4.5"},
    {"_id": "r4", "title": "Yearly", "text": "A yearly note.", "date": f"{LAST_YEAR}-06-15"},
]  # fmt: skip
