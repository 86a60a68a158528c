"""French words that tell what a number or an answer is: said before it, after it, or in the question just asked."""

import re

_CODE = (
    r"(?:secret|confidentiel|pin|personnel|d.acc[èe]s|de (?:la porte|v[ée]rification|s[ée]curit[ée] sms|l.alarme)|"
    r"de (?:la |ma )?carte|du portail|sms|re[çc]u|wi-?fi|[àa] (?:quatre|six|4|6) chiffres)"
)
# Order matters: the first type whose word is met nearest wins a tie.
CUES: tuple[tuple[str, str], ...] = (
    ("CVV", (r"cryptogrammes?(?: visuel)?|cvv2?|cvc|code de s[ée]curit[ée]|(?:trois|3) (?:derniers )?chiffres? "
             r"(?:au dos|derri[èe]re)|au dos|expir\w+|date de validit[ée]")),
    ("FR_NIR", r"s[ée]curit[ée] sociale|s[ée]cu|num[ée]ro insee|insee|nir|carte vitale|avs|registre national"),
    ("PASSWORD", (rf"codes? {_CODE}|mots? de passe|passe|digicode|pin|code|question secr[èe]te|mot secret")),
    ("CREDIT_CARD", (r"cartes?(?: (?:bancaire|bleue|de cr[ée]dit|de d[ée]bit|visa|mastercard|gold))?|visa|mastercard|"
                     r"cb|amex|american express|bancontact")),
    ("IBAN_CODE", r"iban|rib|bic|swift|coordonn[ée]es bancaires"),
    ("POLICY_NUMBER", r"contrats?|police|assur[ée]e?|mutuelle|adh[ée]rent"),
    ("CLAIM_NUMBER", r"sinistres?|r[ée]clamation"),
    ("BOOKING_REF", (r"r[ée]servations?|commandes?|billets?|r[ée]f[ée]rence|colis|num[ée]ro de suivi|suivi|vol|bon|"
                     r"confirmation")),
    ("NUMERIC_ID", (r"num[ée]ro|chiffres|passeport|permis(?: de conduire)?|plaque|immatricul\w+|carte d.identit[ée]|"
                    r"identit[ée]|fiscal|siret|siren|dossiers?|matricule|facture|s[ée]rie|compteur|pdl|tva|"
                    r"titre de s[ée]jour|[ée]tudiant|imei")),
    ("DATE_OF_BIRTH", r"date de naissance|naissance|n[ée]e?|anniversaire"),
    ("EMAIL_ADDRESS", (r"e ?-?mails?|mails?|courriel|adresses? (?:e ?-?mail|mail|[ée]lectronique|courriel)|"
                       r"messagerie")),
    ("PHONE_NUMBER", (r"t[ée]l[ée]phones?|t[ée]l|portable|mobile|gsm|natel|fixe|joindre|rappel(?:er|ez|le|ons)|"
                      r"appel(?:er|ez|le)|mon num[ée]ro|fax|whatsapp|ligne|standard|bureau")),
    ("ACCOUNT_NUMBER", r"comptes?|clients?|cliente|abonn[ée]e?|abonnement|livret|identifiant client|contribuable"),
    ("ADDRESS", (r"codes? postal|codes? postaux|cedex|adresses?|rue|avenue|habit\w+|domicile|domicili[ée]e?|livraison|"
                 r"livrer|r[ée]sidence|appartement|b[âa]timent")),
    ("LOCATION", r"ville|commune|village|d[ée]partement|quelle r[ée]gion|o[ùu] (?:habitez|vivez|[êe]tes)"),
    ("USERNAME", r"identifiants?|login|nom d.utilisateur|pseudo|pseudonyme"),
    ("PERSON", (r"noms?(?: de famille| de jeune fille| complet)?|pr[ée]noms?|m.appelle|s.appelle|appelez-vous|"
                r"[ée]pel\w+|[àa] qui ai-je|qui est [àa] l.appareil|qui [êe]tes-vous|titulaire|de la part de qui")),
)  # fmt: skip
CODES = frozenset(name for name, _ in CUES) - {"PERSON", "LOCATION", "EMAIL_ADDRESS"}
GLUE = (
    r"(?:[\W_]|\b(?:num[ée]ro|no|n|code|r[ée]f[ée]rence|de|du|des|la|le|les|l|d|c|est|s|ma|mon|mes|sa|son|ses|"
    r"notre|nos|votre|"
    r"vos|alors|euh|heu|ce|ça|cela|voici|donc|bah|ben|au|aux|à|a|sur|oui|non|bancaire|visa|client|sera|serait|il|elle|"
    r"y|un|une|et|puis|en|se|termine|finit|commence|par|derniers|dernières|premiers|quatre|trois|six|chiffres|lettres|"
    r"je|crois|pense|vous|donne|dis|moi|me|que|qu|pour|si|postal|secret|attendez|fait|était|suis|j|ai|avec|marqué|"
    r"ici|bien|clé|carte|compte|plus|fixe|portable|dit|maintenant|nouveau|nouvelle|perso|pro|personnel|professionnel|"
    r"double|dossier|fille|fils|mari|femme|plutôt|cas|coupe)\b)*"
)
BEFORE = tuple(
    (name, re.compile(rf"(?<!\w)(?:{words})(?!\w){GLUE}$", re.IGNORECASE)) for name, words in CUES if name in CODES
)
AFTER = tuple(
    (name, re.compile(rf"^[\s,]*(?:c.est|c'était|comme|est)\s+(?:mon|ma|le|la|notre|sa|son)\s+(?:{words})(?!\w)",
                      re.IGNORECASE))
    for name, words in CUES if name in CODES
)  # fmt: skip
WORDS = tuple((name, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)) for name, words in CUES)
GENERAL = frozenset({"PERSON", "LOCATION", "ACCOUNT_NUMBER", "CREDIT_CARD", "BOOKING_REF", "ADDRESS"})
REQUEST = re.compile(
    r"(?<!\w)(?:quel(?:le)?s?|qui|où|quand|comment|votre|vos|ton|pouvez-vous|pourriez-vous|pourrais-je|puis-je|peux|"
    r"donne[rz]|dites|indique[rz]|confirme[rz]|vérifie[rz]|épele[rz]|répéte[rz]|rappele[rz]|communique[rz]|besoin|"
    r"il me faut|s'il vous plaît|avoir|saisi\w+)(?!\w)",
    re.IGNORECASE,
)
OFFER = re.compile(r"\bpuis-je (?:faire|vous aider)|\bvous aider\b|\bautre chose\b|\bmerci (?:d|de|pour)\b|"
                   r"\bbienvenue\b",
                   re.IGNORECASE)  # fmt: skip
SHORT_QUESTION = 5  # words; "Code postal ?", "votre numéro de contrat"
SHORT_ASKED = 10  # words; "Le cryptogramme au dos de la carte ?"
REACH = 90  # characters before a number in which its cue is looked for


def french_cue_before(text: str, start: int) -> str | None:
    """The type that the words just before a number give it; the nearest word wins, a special one over a general."""
    before = text[max(0, start - REACH) : start]
    found = [name for name, pattern in BEFORE if pattern.search(before)]
    return max(found, key=lambda name: (name != "NUMERIC_ID", _last(name, before)), default=None)


def french_cue_after(text: str, end: int) -> str | None:
    """The type that "... c'est mon code" gives a number."""
    after = text[end : end + 40]
    return next((name for name, pattern in AFTER if pattern.search(after)), None)


def french_asked_for(question: str | None) -> str | None:
    """The type of what was asked just before; the last thing asked counts, specific before general."""
    best: tuple[int, int, str] | None = None
    for n, sentence in enumerate(re.split(r"(?<=[.!?])\s+", (question or "").replace("_", " "))):
        if not sentence or not _asks(sentence):
            continue
        for name, pattern in WORDS:
            for found in pattern.finditer(sentence):
                rank = (0 if name == "NUMERIC_ID" else 1 if name in GENERAL else 2, n * 1000 + found.end(), name)
                best = max(best or rank, rank)
    return best[2] if best is not None else None


def _last(name: str, before: str) -> int:
    pattern = next(pattern for kind, pattern in WORDS if kind == name)
    return max((found.end() for found in pattern.finditer(before)), default=0)


def _asks(sentence: str) -> bool:
    if OFFER.search(sentence):
        return False
    words = len(sentence.split())
    asked = sentence.rstrip().endswith("?") and words <= SHORT_ASKED
    return asked or words <= SHORT_QUESTION or REQUEST.search(sentence) is not None
