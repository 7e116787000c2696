"""Who gets in, and with what: roles, tokens, addresses, headers."""
