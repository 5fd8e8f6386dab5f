"""No connector of Zoho calls an endpoint that the matrix does not know."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import contactd_books
import contactd_invoice
import contactd_zoho
from contactd_books.product import BOOKS
from contactd_invoice.product import INVOICE
from faults.endpoints import ENDPOINTS

#: What is no endpoint: the products' roots, and the page that a browser shows.
ELSE = {BOOKS.root, INVOICE.root, "/oauth/v2/auth"}

#: Both products serve the same engine, so the matrix asks one of them.
ROOT = BOOKS.root


def paths(code: ast.AST) -> Iterator[str]:
    """Give every text in *code* that begins like a path; what is computed in it is `*`."""
    inner = {id(part) for node in ast.walk(code) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(code):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        elif isinstance(node, ast.Constant) and id(node) not in inner:
            text = str(node.value)
        else:
            continue
        found = re.search(r"^(?:https?://\*|\*)?(/[a-z][\w/*]*)(?:\?|$)", text)
        if found:
            yield found.group(1)


def test_every_path_in_the_connectors_is_one_of_the_matrix():
    folders = [Path(str(package.__file__)).parent for package in (contactd_zoho, contactd_books, contactd_invoice)]
    called = {
        path for folder in folders for file in folder.rglob("*.py") for path in paths(ast.parse(file.read_text()))
    }

    known = {endpoint.path for endpoint in ENDPOINTS.values()}
    strange = {path for path in called - ELSE if not {path, ROOT + path} & known}

    assert {path for path in called if fnmatchcase(path, "/contacts*")} >= {"/contacts", "/contacts/*"}
    assert strange == set()


def test_a_path_is_found_however_it_is_written():
    code = 'get("/a/b"); get(f"/c/{name}"); go(f"{host}/d/e?{query}"); say("and/or", f"{x} / y", "/")'

    assert sorted(paths(ast.parse(code))) == ["/a/b", "/c/*", "/d/e"]
