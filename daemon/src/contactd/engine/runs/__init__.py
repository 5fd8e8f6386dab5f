"""One run: its pages, its end, how it is left; a preview of it, and what takes it back."""
