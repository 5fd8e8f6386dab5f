"""The clock: what is due, whose turn it is, who carries it, and what is over and forgotten."""
