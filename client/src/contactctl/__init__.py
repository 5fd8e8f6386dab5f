"""The command line of contactd."""

#: Written down rather than looked up: asking the installed metadata costs more
#: than all the rest of `--version`.
__version__ = "0.1.0"
