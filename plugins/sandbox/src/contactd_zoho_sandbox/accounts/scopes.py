"""Scopes: `Service.resource.OPERATION`, joined by commas or spaces.

Facts: plugins/zoho/FACTS.md "1.9".
"""

import re

#: Just enough for a connector that reads.
READING = "ZohoBooks.contacts.READ ZohoBooks.settings.READ AaaServer.profile.READ"

_KNOWN = re.compile(
    r"Zoho(Books|Invoice)\.((contacts|settings)\.(CREATE|READ|UPDATE|DELETE|ALL)|fullaccess\.all)"
    r"|AaaServer\.profile\.(READ|ALL)"
)


def scopes(text: str) -> str:
    """Return the scopes in *text* joined by spaces, as the token endpoint tells them.

    Raises:
        ValueError: one of them is unknown; letter case matters.
    """
    found = text.replace(",", " ").split()
    for scope in found:
        if not _KNOWN.fullmatch(scope):
            raise ValueError(f"The scope '{scope}' is unknown; see plugins/zoho/FACTS.md, section 1.9.")
    return " ".join(found)
