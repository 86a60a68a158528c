"""Holds back the end of what is still being said: a number, a spelling or an address that may be half of something."""

from governance.open_address import begun_address, surely_address
from governance.open_number import BACKCHANNEL_WORDS, only_lead_in
from governance.recognizers.corrections import chains
from governance.tongues import ENGLISH, Tongue

SHORTEST_SPELLED = 2  # letters; one letter is a word as often as not


def open_end(text: str, *, asked: str | None = None, tongue: Tongue = ENGLISH) -> int:
    """Where the part of an unfinished text ends that may be passed on; its length where nothing is open."""
    ends = [len(text)]
    read = [run for run in tongue.runs(text) if run.digits or run.singles >= SHORTEST_SPELLED]
    if read and tongue.lead_in.fullmatch(text[read[-1].end :]):
        ends.append(chains(text, read)[-1][0].start)
    address = begun_address(None, text, 0, asked=asked == "EMAIL_ADDRESS")
    if address is not None:
        piece = address.pieces[-1]
        if address.wanted or surely_address(text, piece):
            ends.append(piece.start)
    return min(ends)


def keeps_open(said: str, tongue: Tongue) -> bool:
    """Whether a reply leaves the question before it standing: a back-channel, an echo, a call to go on."""
    short = len(said.split()) <= BACKCHANNEL_WORDS
    return short or tongue.go_on.search(said) is not None or only_lead_in(said, tongue.runs(said), tongue)


def question_after(before: str | None, said: str, tongue: Tongue = ENGLISH) -> str:
    """The question that the caller's next words answer: what was said last, or what it asked to go on with."""
    asked = tongue.asked_for(said)
    goes_on = asked is None or (asked == "NUMERIC_ID" and tongue.asked_for(before) in tongue.numbers)
    return before if before is not None and goes_on and keeps_open(said, tongue) else said
