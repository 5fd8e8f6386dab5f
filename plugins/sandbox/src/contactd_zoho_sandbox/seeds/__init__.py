"""What a new sandbox holds: organizations with customers, the same ones every time."""
