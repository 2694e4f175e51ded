"""The console around its pages: window, rail, bar, command palette, shortcuts, profiles, signing in, locking, the tray."""
