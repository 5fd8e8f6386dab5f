"""When and how runs happen, and every verb that changes something."""
