"""The sentences the assistant says of itself, without a language model; one place to translate them."""

from collections.abc import Mapping

from schemas.base import Frozen


class Lines(Frozen):
    """Fixed sentences of a call."""

    persona: str = (
        "You answer the telephone. Speak in short plain sentences. Words like <CARD_1> stand for personal data that is "
        "hidden from you: never say them aloud, speak of the number or the name the caller gave."
    )
    greeting: str | None = None  # where absent, the language model greets
    greeting_fallback: str = (
        "Thank you for calling. You are speaking with an AI assistant; this call is recorded. How can I help you today?"
    )
    interrupted: str = "I'm sorry, there was a short interruption on the line."
    again: str = "I'm sorry, there was a short interruption on the line. Please go on."
    not_heard: str = "I'm sorry, I could not hear that. Could you say it again, please?"
    no_answer: str = "I'm sorry, I cannot look that up just now. You can ask for a person at any time."
    offer: str = "I am sorry that this is not going well. Would you like me to connect you with a person?"
    connecting: str = "I am connecting you with a person now. Please stay on the line."
    alone: str = "I am sorry, no person can take this call just now. I am still here: how can I go on helping you?"
    takeover: str = "{agent} is taking over from here. Goodbye."
    urgent: str = (
        "I am getting a person for you right now. If you are in danger, please call your local emergency number. "
        "Is somebody in danger right now, and where are you?"
    )
    fillers: tuple[str, ...] = ("One moment, please.", "Let me see.", "Just a second.")
    still: tuple[str, ...] = ("I am still here. One more moment, please.", "Thank you for waiting.")
    apology: str = "I'm sorry, I am having technical trouble on this line."
    still_there: str = "Are you still there?"
    nobody_there: str = "I cannot hear anybody, so I am ending this call now. Please call again at any time. Goodbye."
    withheld: str = "I'm sorry, I can say nothing about that."
    keys_taken: str = "Thank you, I have the number ending in {digits}."
    few_keys_taken: str = "Thank you, I have your keys."
    # By the language of the call: what is said once the caller has answered whether she may be recorded.
    recorded: Mapping[str, str] = {
        "en": "Thank you. How can I help you?", "fr": "Merci. Comment puis-je vous aider ?",
    }
    not_recorded: Mapping[str, str] = {
        "en": "All right, this call is not recorded. How can I help you?",
        "fr": "Très bien, cet appel n'est pas enregistré. Comment puis-je vous aider ?",
    }
    recording_stopped: Mapping[str, str] = {
        "en": "All right, I have stopped recording. Please go on.",
        "fr": "Très bien, j'ai arrêté l'enregistrement. Je vous écoute.",
    }

    def kept(self) -> tuple[str, ...]:
        """Give the sentences that are kept as sound: those that nobody's words are put into."""
        answers = (self.not_heard, self.no_answer, self.offer, self.again, self.withheld, self.still_there)
        opening = (self.greeting or self.greeting_fallback, self.interrupted, self.nobody_there)
        return (self.urgent, self.connecting, self.apology, *self.fillers, *answers, *opening, *self.still)
