"""Words by which a sentence about a call denies, wishes, asks or supposes, and those that bring no fact."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NUMBER_WORDS = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million once twice first "
    "second third fourth fifth half dozen"
)
DENIALS = _words(
    "no not never nobody none nothing nor neither without unable failed refused denied hardly barely pas jamais aucun "
    "aucune rien sans non personne"
)
MODALS = _words("will would could can may might must shall should going almost nearly maybe perhaps peut doit")
WISHES = _words(
    "want wants wanted need needs needed wish wishes hope hopes like veux veut voudrais voudrait"
)
ASKS = WISHES | _words(
    "ask asks asked asking whether request requests requested wonders wondered question demande demandé"
)
SUPPOSES = _words("if unless whether suppose si")
# Who speaks, and what joins. Words of time and order are not among them: before is not after.
EMPTY = _words(
    "the a an and or but so then that this these those it its he she they them her his their him who whom which what "
    "caller customer assistant agent user client speaker said says say saying told tells tell reports report reported "
    "mentions mention mentioned states state stated explains explained explain answered answers answer replied replies "
    "reply calls called calling call is are was were be been being am has have had having do does did doing of to in "
    "on at by for from with about as into when where there here also because very just now i you we me my your our us "
    "mine yours ours im ive id ill youre youve youll theyre theyve hes shes le la les un une des du de et ou mais que "
    "qui il elle ils elles est sont était a ont avait dit appelant cliente dans sur pour par avec son sa ses leur je "
    "tu nous vous mon ma mes"
)
