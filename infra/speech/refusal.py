"""A model, or the vendor's judge beside it, declines to answer: an answer of its own kind, and no fault of the line."""

from governance.errors import TransientError

# How vendors begin the name of a judgement where another answer has its end, or as the code of an error.
JUDGED = (
    "content_filter", "content_policy", "refusal", "safety", "prohibited", "recitation", "blocklist", "spii",
    # of Gemini Live, whose names say which side was judged
    "response_rejected", "generated_audio_safety", "generated_content_safety", "generated_content_prohibited",
    "generated_content_blocklist", "generated_other", "input_other", "input_ip_prohibited",
    "input_text_ncii_prohibited", "input_text_contain_prominent_person_prohibited",
)


class Refused(TransientError):
    """Nobody is asked instead, and nothing is left out: who is asked the same again declines again."""


def by_the_model() -> Refused:
    """Give a refusal in the model's own words."""
    return Refused("answer refused by its model")


def by_the_vendor(why: object) -> Refused:
    """Give a judgement; of the vendor's name for it only what is known here is told."""
    named = judgement(why)
    return Refused(f"answer withheld by its vendor: {named}" if named else "answer withheld by its vendor")


def judgement(why: object) -> str | None:
    """Tell which judgement a name begins with, if it names one."""
    said = str(why or "").lower()  # no library checks it
    return next((one for one in JUDGED if said.startswith(one)), None)
