"""What no Zoho has: the control API by which a test edits, breaks and watches the sandbox."""
