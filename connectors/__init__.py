"""Connectors to vendors: an SDK to write them with, and a catalogue with one folder per vendor. None opens a socket."""
