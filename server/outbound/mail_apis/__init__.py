"""Handing mail to providers over HTTP: one file per provider makes its request and reads its answer; `handing` sends it."""
