"""What of each message people see, and in which order."""
