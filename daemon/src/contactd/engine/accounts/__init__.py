"""The accounts behind connections: consent, tokens, budgets of calls, and the sources that are read with them."""
