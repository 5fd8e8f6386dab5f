"""The pages that a person sees: who are you, and do you accept?

They work without a script, so that a test or a text browser can fill them in.
"""

from collections.abc import Iterable, Mapping
from html import escape

from aiohttp import web

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Zoho Accounts (sandbox)</title></head>
<body><h1>Zoho Accounts (sandbox)</h1>
{body}
</body></html>
"""

_FORM = """<p>{question}</p>
<form method="post">
{hidden}
<p><label>Sign in as <select name="who">{people}</select></label></p>
{typed}
<p><button name="answer" value="accept">Accept</button> <button name="answer" value="reject">Reject</button></p>
</form>"""

_TYPED = '<p><label>Code <input name="user_code" value="{code}" autocomplete="off"></label></p>'


def consent_page(scope: str, people: Iterable[str], hidden: Mapping[str, str]) -> web.Response:
    """Ask one of *people* whether a client may have *scope*."""
    scopes = "".join(f"<li>{escape(each)}</li>" for each in scope.split())
    return _page(_form(f"A client asks for your consent to:</p><ul>{scopes}</ul><p>", people, hidden))


def device_page(people: Iterable[str], code: str) -> web.Response:
    """Ask one of *people* for the code that a device shows."""
    return _page(_form("Type the code that your device shows.", people, {}, _TYPED.format(code=escape(code))))


def told(sentence: str, status: int = 200) -> web.Response:
    """Tell a person something."""
    return _page(f"<p>{escape(sentence)}</p>", status)


def _form(question: str, people: Iterable[str], hidden: Mapping[str, str], typed: str = "") -> str:
    fields = (f'<input type="hidden" name="{escape(name)}" value="{escape(text)}">' for name, text in hidden.items())
    options = (f"<option>{escape(email)}</option>" for email in people)
    return _FORM.format(question=question, hidden="\n".join(fields), people="".join(options), typed=typed)


def _page(body: str, status: int = 200) -> web.Response:
    return web.Response(text=_PAGE.format(body=body), status=status, content_type="text/html")
