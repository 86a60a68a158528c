"""The three error families, named for what the shell does with them."""


class InputError(Exception):
    """An input that cannot be read: it becomes a dead letter and the flow goes on."""


class TransientError(Exception):
    """The outside did not answer: retry in place, order kept."""


class InvariantError(Exception):
    """Something that cannot be has happened: stop."""
