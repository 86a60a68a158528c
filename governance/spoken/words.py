"""What single words stand for when somebody reads out characters."""

DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9", "fower": "4", "fife": "5",
    "tree": "3",
}  # fmt: skip
TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8",
    "ninety": "9",
}  # fmt: skip
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
NATO = {
    "alpha": "a", "alfa": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g",
    "hotel": "h", "india": "i", "juliet": "j", "juliett": "j", "kilo": "k", "lima": "l", "mike": "m", "november": "n",
    "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t", "uniform": "u", "victor": "v",
    "whiskey": "w", "whisky": "w", "xray": "x", "yankee": "y", "zulu": "z", "zed": "z", "zee": "z",
}  # fmt: skip
# Words and signs that may stand between two characters of one number without ending it.
FILLERS = frozenset(
    {"um", "uh", "er", "erm", "uhm", "umm", "hmm", "mm", "ah", "eh", "and", "then", "ok", "okay", "dash", "hyphen",
     "space", "yeah", "so", "like", "well", "next", "followed", "by", ",", ".", "-", "\u2013", "\u2026", ";", "/",
     "(", ")", "+", "plus"}
)  # fmt: skip
CONNECTORS = {
    "dot": ".", "point": ".", "period": ".", "underscore": "_", "underline": "_", "dash": "-", "hyphen": "-",
    "minus": "-",
    "plus": "+", ".": ".", "_": "_", "-": "-", "+": "+",
}  # fmt: skip
MONTHS = frozenset(
    {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
)  # fmt: skip
# A number before one of these is counted, not read out.
UNITS = frozenset(
    {"dollar", "dollars", "bucks", "cents", "euro", "euros", "pounds", "quid", "pence", "usd", "gbp", "percent", "%",
    "day",
     "days", "week", "weeks", "month", "months", "year", "years", "yr", "yrs", "hour", "hours", "minute", "minutes",
     "mins",
     "min", "second", "seconds", "am", "pm", "a.m", "p.m", "o'clock", "people", "persons", "person", "guests", "adults",
     "kids", "children", "nights", "night", "rooms", "miles", "km", "meters", "feet", "foot", "inch", "inches",
     "degrees",
     "points", "items", "times", "thousand", "million", "billion", "grand", "lbs", "kg", "gb", "mb", "tickets",
     "bags", "pizzas", "pieces", "orders", "seats", "th", "st", "nd", "rd", "hundreds", "calories", "square", "seater",
     "stars", "star", "business", "more", "or", "different", "accounts", "cards", "payments", "transactions"}
)  # fmt: skip
CURRENCY = frozenset("$\u00a3\u20ac\u00a5")
HARMLESS_NUMBERS = frozenset({"911", "999", "112", "411", "311", "988", "111", "101", "401", "247", "365", "123",
    "360"})
