"""contactd: the daemon that keeps mailing lists in step with accounting software."""
