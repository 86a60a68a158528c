"""What callers say to being recorded, in English and French: yes, no, and a change of mind at any time."""

import re
from typing import Literal

Wish = Literal["yes", "no"]
MOST_WEAK = 4  # words of an answer in which a mere "okay" is a yes
MARKS = re.compile(r"[.,;:!?\u2026\"()\u00ab\u00bb-]+")
SPACES = re.compile(r"\s+")


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))


# What is said of the recording itself. A call, a voice, "me": not an order, an address or a medical record.
IT = r"(?:me|us|this|it|that|anything|(?:the|this|our|my) (?:\w+ )?(?:call|line|conversation|voice|audio))"
NOT = r"(?:do not|don't|dont|did not|didn't|would not|wouldn't|won't|am not|'m not|can't|cannot|never|not|no longer)"
TAPED = (
    r"(?:(?:be|being|get|getting) (?:recorded|taped)|(?:me|us|this|it|call|conversation) (?:being )?recorded|"
    rf"(?:the |any |a )?recordings?|(?:you|you to|to|be|are) record(?:ing)?|(?:record|tape) {IT})\b"
)
KEEPS_EN = _any(
    rf"\b(?:i|we) (?:do not|don't|dont|wouldn't|would not) mind(?: \w+){{0,3}} {TAPED}",
    r"\b(?:don't|do not|no need to|never) (?:\w+ )?(?:stop|end|turn off)(?: \w+)? recording",
    rf"\byou (?:can|may|could|are free to|have my permission to)(?: (?!not\b)\w+)? record(?: {IT}|$| \|)",
    rf"\b(?:go ahead and|feel free to|okay to|fine to|happy for you to|please|keep|carry on) record(?:ing)?(?:"
    rf" {IT}|$| \|)",
    rf"(?<!not )(?<!not really )\b(?:fine|ok|okay|happy|comfortable|good|alright|all right) (?:with|about)(?:"
    rf" \w+){{0,2}} {TAPED}",
    rf"\bi (?:now )?(?:agree|consent|accept)(?: \w+){{0,3}} {TAPED}",
)
REFUSES_EN = _any(
    rf"\b(?:i|we)\b(?:'\w+)?(?: \w+){{0,3}}? {NOT}(?: (?!see|know|think|hear|find|remember|have)[\w']+){{0,5}} {TAPED}",
    rf"\b(?:i|we)'?m not(?: \w+){{0,4}} {TAPED}",
    rf"\b(?:i|we)(?:'d| would)? (?:rather|prefer)(?: \w+){{0,2}} (?:not|didn't|don't)(?: \w+){{0,4}} (?:{TAPED}"
    rf"|record)",
    rf"\b(?:i|we) (?:\w+ )?(?:refuse|object|decline|do mind|mind)(?: \w+){{0,4}} {TAPED}",
    r"\b(?:withdraw|revoke|take back)(?: \w+){0,2} (?:consent|permission|agreement)",
    r"\byou (?:do not|don't|no longer) have my (?:consent|permission)",
    rf"\byou (?:may not|can't|cannot|can not|must not|mustn't|shouldn't|should not)(?: \w+)? record(?: {IT}|$| \|)",
    rf"(?:^|\| |please |just |then |and |so |but |can you |could you |you )(?:do not|don't|dont|never) (?:\w+ )?record"
    rf"(?: {IT}(?! as\b)|$| \|)",
    r"\b(?:stop|quit|cease|end|pause|turn off|switch off|cancel|delete)(?: \w+)?(?: this| the| that| your| my)? "
    rf"recording(?: {IT}|$| \|| now| please| right)",
    r"\b(?:stop|turn|switch) (?:the |that |this |your )?recording(?: off)?\b",
    r"(?:^|\| |please |but |want |with )no (?:\w+ )?recordings?\b(?! of)",
    r"\bwithout (?:a |the |any |being |you )?record(?:ing|ed)\b",
)
TAPED_FR = (
    r"(?:\u00eatre (?:\w+ )?enregistr\u00e9\w*|(?:\w+ )?m'enregistr\w+|l'enregistrement|d'enregistrement|"
    r"enregistr(?:e|er|ez|iez|ions) (?:l'appel|cet appel|la conversation|cette conversation|notre|ma voix|tout"
    r" \u00e7a|\u00e7a)|"
    r"(?:vous|on) (?:nous |m'|l')?enregistr\w+|qu'on (?:nous |m')?enregistr\w+)"
)
KEEPS_FR = _any(
    r"n'arr\u00eatez pas (?:l'|d')enregistr",
    r"\bvous pouvez (?:\w+ )?(?:m'enregistrer|enregistrer(?: l'appel| cet appel| la conversation|$| \|)|nous"
    r" enregistrer)",
    rf"\bj'(?:accepte|autorise)(?: [\w']+){{0,3}} (?:d'\u00eatre enregistr\u00e9|{TAPED_FR})",
    rf"(?<!pas )\bd'accord (?:pour|avec)(?: [\w']+){{0,2}} (?:\u00eatre enregistr\u00e9|{TAPED_FR})",
    rf"(?:\u00e7a|cela) (?:ne )?me (?:d\u00e9range|g\u00eane) pas(?: [\w']+){{0,3}} (?:d'\u00eatre enregistr"
    rf"|{TAPED_FR})",
    rf"\bje veux bien(?: [\w']+){{0,2}} {TAPED_FR}",
)
REFUSES_FR = _any(
    r"\bje (?:ne |n'|n )?(?:veux|souhaite|voudrais|d\u00e9sire|accepte|autorise|consens|permets|tiens|suis)"
    rf" (?:pas|plus|aucunement|nullement)(?: [\w']+){{0,4}}? (?:{TAPED_FR}|d'\u00eatre enregistr\u00e9\w*|\u00e0"
    rf" l'enregistrement)",
    rf"\bje n'(?:accepte|autorise) (?:pas|plus)(?: [\w']+){{0,3}}? (?:{TAPED_FR}|d'\u00eatre enregistr\u00e9\w*)",
    rf"\bje (?:refuse|m'oppose)(?: [\w']+){{0,3}}? (?:{TAPED_FR}|d'\u00eatre enregistr\u00e9\w*)",
    rf"\b(?:pr\u00e9f\u00e8re|pr\u00e9f\u00e9rerais|aimerais mieux)(?: [\w']+){{0,3}}? pas(?: [\w']+){{0,3}}? "
    rf"(?:{TAPED_FR}|enregistr)",
    r"\b(?:n'enregistrez|ne (?:m'|nous )?enregistrez|ne m'enregistrez|m'enregistrez) (?:pas|plus|rien)",
    r"\bn'enregistre(?:z)? (?:pas|plus|rien)",
    r"\bne (?:pas|plus) (?:m'|nous )?enregistrer\b(?! (?:mon|ma|mes|un|une|des|le|la|les)\b)",
    r"(?<!n')(?<!pas )\b(?:arr\u00eate[rz]?|cesse[rz]?|stoppe[rz]?|coupe[rz]?|\u00e9tein\w+)(?: de| cet| votre| tout)? "
    r"?(?:l'|d'|m'|de m'|cet |votre )?enregistr(?:er|ement)\b",
    r"(?:^|\| |veux |pr\u00e9f\u00e8re )(?:surtout )?pas d'enregistrement",
    r"\bsans (?:l'|d')?(?:enregistrement|enregistrer)|\bsans \u00eatre enregistr",
    r"\b(?:je )?retire mon (?:consentement|accord|autorisation)",
    r"\bvous n'avez pas (?:mon (?:accord|consentement|autorisation)|le droit de m'enregistrer)",
)
FILLER_EN = r"(?:um+|uh|er+m?|well|oh|hmm+|ah|so|sorry|i'm sorry|actually|please|hi|hello|thanks|thank you|\|)"
ASIDE_EN = re.compile(
    r"\b(?:why|what for|what does|what do you|who (?:will|can|gets)|how long|what is that|what happens)\b"
)
TURNED_EN = _any(
    r"no (?:problem|worries|objections?|issues?)", r"(?:i )?(?:don't|do not|wouldn't|would not) mind", r"nothing"
    r" against",
    r"(?:no |\| )*no (?:\| )?(?:no (?:\| )?)*(?:that's|it's|that is|it is|i'm|go) (?:quite |perfectly |totally )?"
    r"(?:fine|ok|okay|alright|all right|good|ahead|cool)(?: with| by)?",
    r"why not",
)
NO_EN = _any(
    r"no|nope|nah|never|negative", r"(?:absolutely|certainly|definitely|of course|probably|rather|better) not",
    r"not (?:really|okay|ok|fine|today|now|at all|if i can)", r"i(?:'d| would)? (?:rather|prefer) (?:you )?(?:not"
    r"|didn't|don't)",
    r"(?:please |i )?(?:don't|do not)(?! mind)(?: think so)?", r"i (?:refuse|decline|disagree|do mind|object)",
    r"(?:that's|it's|that is|it is|i'm|i am) not (?:okay|ok|fine|alright|all right|comfortable|happy|good)",
    r"i (?:can't|cannot|won't) (?:agree|accept|consent)",
)
YES_EN = _any(
    r"yes|yeah|yep|yup|sure(?: thing)?|of course|certainly|absolutely|definitely|agreed|gladly|go (?:right )?ahead",
    r"please do|by all means|very well|sounds good|you (?:may|can)(?! not)|i (?:agree|consent|accept)",
    r"(?:that's|it's|that is|it is|i'm|i am) (?:\w+ )?(?:fine|ok|okay|alright|all right|good|cool)(?: with| by)?",
    r"if you (?:must|like|want|have to|need to)", r"i (?:suppose|guess)(?: so)?",
)
WEAK_EN = _any(r"ok|okay|alright|all right|fine|right|uh huh|mm hmm|mhm")
FILLER_FR = r"(?:euh+|ben|bah|alors|bon|oh|ah|hum+|d\u00e9sol\u00e9e?|pardon|bonjour|merci|\|)"
ASIDE_FR = re.compile(
    r"\b(?:pourquoi|pour quoi faire|\u00e0 quoi|qui va|combien de temps|c'est quoi|qu'est ce)\b"
)
TURNED_FR = _any(
    r"(?:non (?:\| )?)*(?:pas de|aucun) (?:probl\u00e8me|souci|objection)", r"pas d'objection", r"je n'ai rien contre",
    r"(?:non (?:\| )?)*(?:\u00e7a|cela) (?:ne )?me (?:d\u00e9range|g\u00eane|pose)(?: \w+)? pas(?: de probl\u00e8me)?",
    r"(?:non (?:\| )?)+(?:allez y|c'est bon|\u00e7a va)", r"pourquoi pas",
)
NO_FR = _any(
    r"non|jamais", r"(?:surtout|certainement|absolument|plut\u00f4t|vraiment) pas", r"pas (?:du tout|d'accord"
    r"|vraiment|question)",
    r"je (?:ne |n')?(?:suis|serais) pas d'accord", r"je (?:ne |n')?(?:veux|souhaite|pr\u00e9f\u00e8re) (?:pas|que"
    r" non|ne pas)",
    r"je (?:refuse|n'accepte pas|n'y tiens pas)", r"j'aime(?:rais)? mieux pas", r"hors de question", r"sans fa\u00e7on",
    r"ne le faites pas",
)
YES_FR = _any(
    r"oui|ouais|d'accord|bien s\u00fbr|certainement|absolument|tout \u00e0 fait|volontiers|allez y|bien entendu"
    r"|\u00e9videmment",
    r"j'accepte|je suis d'accord|je veux bien|si vous (?:voulez|le souhaitez)|entendu|\u00e7a marche|c'est bon"
    r"|avec plaisir",
    r"vous pouvez",
)
WEAK_FR = _any(r"ok|okay|bien|soit|mouais")
DIRECTED = ((KEEPS_EN, REFUSES_EN), (KEEPS_FR, REFUSES_FR))
ANSWERS = {
    "en": (FILLER_EN, ASIDE_EN, TURNED_EN, NO_EN, YES_EN, WEAK_EN),
    "fr": (FILLER_FR, ASIDE_FR, TURNED_FR, NO_FR, YES_FR, WEAK_FR),
}


def recording_wish(text: str) -> Wish | None:
    """What a caller says of being recorded itself, asked or not; a no beside a yes is a no."""
    said = plain(text)
    for keeps, refuses in DIRECTED:
        rest = keeps.sub(" ", said)
        if refuses.search(rest):
            return "no"
        if rest != said:
            return "yes"
    return None


def answer(text: str, language: str) -> Wish | None:
    """What a caller answers to the question whether she may be recorded; None where it is neither."""
    wish = recording_wish(text)
    if wish is not None or language[:2] not in ANSWERS:
        return wish
    filler, aside, turned, no, yes, weak = ANSWERS[language[:2]]
    rest, found = plain(text), None
    if aside.search(turned.sub(" ", rest)):
        return None  # she asks back
    words = len(re.findall(r"[\w']+", rest))
    while True:
        rest = re.sub(rf"^(?:{filler}(?: |$))+", "", rest).strip()
        for meaning, pattern in (("yes", turned), ("no", no), ("yes", yes), ("weak", weak)):
            match = re.match(rf"(?:{pattern.pattern})(?= |$)", rest)
            if match is not None:
                found = meaning if meaning != "weak" or found is None else found
                rest = rest[match.end() :].strip()
                break
        else:
            break
    if found == "weak":
        return "yes" if words <= MOST_WEAK else None
    return "no" if found == "no" else "yes" if found == "yes" else None


def plain(text: str) -> str:
    """A text as it is compared: small letters, one kind of apostrophe, `|` for every mark between words."""
    small = text.casefold().replace("\u2019", "'").replace("-", " ")
    return SPACES.sub(" ", MARKS.sub(" | ", small)).strip(" |")
