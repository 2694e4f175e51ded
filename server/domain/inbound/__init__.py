"""What vendors send us: how each of them signs, what it expects at its handshake, and where its ids stand. Rules only, no I/O."""
