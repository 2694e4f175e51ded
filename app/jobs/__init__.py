"""Work off the UI thread: a small pool whose results come back by one queued signal, and a watch that tells when the UI thread was held up."""
