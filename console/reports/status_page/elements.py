"""Elements of a page as values, so that no text can ever become markup: the serialiser escapes all of it."""

import base64
import hashlib
from xml.etree import ElementTree as ET

Child = ET.Element | str | None


def element(tag: str, *children: Child, **attributes: str | None) -> ET.Element:
    """Make an element; an underscore in an attribute's name stands for a hyphen, a trailing one for nothing."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value is not None}
    made = ET.Element(tag, named)
    for child in children:
        if isinstance(child, str):
            _append_text(made, child)
        elif child is not None:
            made.append(child)
    return made


def _append_text(parent: ET.Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def html_document(head: list[ET.Element], body: ET.Element, style: str, script: str) -> bytes:
    """Write a whole page that needs no other file and lets nothing be loaded or run but *style* and *script*."""
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    first = [
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
    ]
    own = [element("style", style), element("script", script)]
    root = element("html", element("head", *first, *head, *own), body, lang="en")
    return b"<!DOCTYPE html>\n" + ET.tostring(root, encoding="unicode", method="html").encode() + b"\n"


def xml_document(root: ET.Element) -> bytes:
    """Write XML with its declaration."""
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + text.encode() + b"\n"


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
