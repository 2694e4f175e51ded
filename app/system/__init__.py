"""What the console needs of the computer it runs on: folders, profiles, the keyring, languages, and a guard against libraries that break it."""
