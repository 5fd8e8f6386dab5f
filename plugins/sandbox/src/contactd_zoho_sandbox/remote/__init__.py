"""The client of the control API, noun by noun.

Rule: nothing but the standard library is imported here, so that whoever
steers a sandbox does not load what the sandbox is made of.
"""
