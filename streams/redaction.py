"""call.events -> call.redacted: from here on no clear text exists; a text that could not be read is withheld."""
