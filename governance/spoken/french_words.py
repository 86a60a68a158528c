"""What single French words stand for when somebody reads out characters; Belgian and Swiss tens too."""

from governance.spoken.words import NATO

UNITS = {
    "zéro": 0, "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9,
}  # fmt: skip
TEENS = {"dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16}
TENS = {
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
HUNDREDS = frozenset({"cent", "cents"})
THOUSANDS = frozenset({"mille", "mil"})
REPEATS = {"double": 2, "triple": 3, "quadruple": 4}
LETTERS = NATO | {"oméga": "o", "québec": "q", "roméo": "r", "juliette": "j", "écho": "e", "vé": "v", "zède": "z"}
# Words and signs that may stand between two characters of one number without ending it.
FILLERS = frozenset(
    {"euh", "heu", "hum", "hmm", "et", "puis", "alors", "ensuite", "donc", "ben", "bah", "voilà", "tiret", "trait",
     "d", "union", "espace", "slash", "barre", "oblique", "point", "virgule", "accent", "aigu", "grave", "circonflexe",
     "cédille", "tréma", "majuscule", "minuscule", "apostrophe", "plus", "clé", "clef", "oui", "pardon", "non",
     "enfin", "suivi", "de", "le", "après", "bas", "du", "l", "'", "\u2019", ",", ".", "-", "\u2013", "\u2026", ";",
     "/", "(", ")", "+", "_"}
)  # fmt: skip
# Of the fillers, those that stand inside a number but also begin or end a clause: one of them, no more.
MONTHS = {
    "janvier": 1, "février": 2, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "août": 8,
    "aout": 8, "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12, "decembre": 12,
}  # fmt: skip
# A number before one of these is counted, not read out.
COUNTED = frozenset(
    {"euro", "euros", "centime", "centimes", "francs", "dollars", "balles", "jour", "jours", "semaine", "semaines",
     "mois", "an", "ans", "année", "années", "heure", "heures", "h", "minute", "minutes", "seconde", "secondes",
     "personne", "personnes", "adulte", "adultes", "enfant", "enfants", "nuit", "nuits", "chambre", "chambres", "fois",
     "%", "pourcent", "mètre", "mètres", "m²", "kilomètre", "kilomètres", "km", "kilos", "kg", "degré", "degrés",
     "points", "place", "places", "porte", "portes", "employés", "salariés", "billet", "billets", "pizzas", "menus",
     "litres", "gigas", "go", "mo", "mégas", "millions", "million", "milliards", "milliers", "pages", "étages",
     "pièces", "lignes", "clients", "factures", "appels", "mails", "colis", "articles", "cartes", "comptes", "pour",
     "couverts", "convives", "invités", "bouteilles", "passagers", "kilowatts", "chiffres", "lettres", "ième"}
)  # fmt: skip
CURRENCY = frozenset("€$£")
HARMLESS_NUMBERS = frozenset({"15", "17", "18", "112", "114", "115", "119", "123", "3919", "3114", "3949"})
