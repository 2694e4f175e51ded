"""Pieces of windows that know nothing of an appliance: they show what they are given and say what the user did."""
