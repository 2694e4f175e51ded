"""The vectors that are shipped, and other people's libraries that have to agree with them."""
