"""Inverse normalisation: spoken numbers, letters and signs as characters, with the way back to the words."""
