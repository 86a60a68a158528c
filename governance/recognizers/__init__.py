"""Finds personal data in what was said, by pure rules over the text and the question just asked."""
