"""The only sockets we open ourselves: webhook posts, mail, name resolution, all behind the address guard."""
