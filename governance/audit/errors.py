"""What a check of the log answers when something is wrong."""


class VerificationError(Exception):
    """A log, proof or checkpoint fails a check; the diagnostic names the first wrong thing."""

    def __init__(self, diagnostic: str) -> None:
        """Keep the sentence apart from the exception's arguments, for reports."""
        super().__init__(diagnostic)
        self.diagnostic = diagnostic
