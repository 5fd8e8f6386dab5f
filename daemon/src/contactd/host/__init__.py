"""Third-party code enters here, and only as a child process."""
