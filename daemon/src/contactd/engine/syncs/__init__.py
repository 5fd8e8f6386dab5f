"""What people want of syncs: set up, looked at, edited, begun, stopped and deleted."""
