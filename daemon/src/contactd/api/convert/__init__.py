"""Domain values to messages of the contract, and back: pure functions and tables, no I/O."""
