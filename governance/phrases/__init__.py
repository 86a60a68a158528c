"""Phrase tables of the escalation and emergency rules, and the plain-speech text they are matched on."""
