"""Speaks protobuf: translates messages to questions for the engine and the store, and back."""
