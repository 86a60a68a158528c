"""The demo: calls played as a telephone would, each call's story, and the checks that make it true."""
