"""What runs inside a child: one plugin, and frames in and out.

    python -I -m contactd.host.child --fd 5 --parent 4711 --plugin zoho-books

This is the one door by which third-party code is let in. Nothing here imports
anything else of the daemon but the frames that both ends speak.

Rule: what a plugin raises crosses to the daemon as a sentence only when it is
an error of the SDK. Of anything else only the name of its type does: the text
could hold a secret.
"""
