"""What every layer may stand on: settings, paths, logging, clock, ids, crypto, metrics, version."""
