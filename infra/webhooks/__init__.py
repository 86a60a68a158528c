"""Webhooks out: signed messages to endpoints that the house names (Standard Webhooks)."""
