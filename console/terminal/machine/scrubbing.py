"""Takes out of a text what looks like a secret; rather a word too many than one too few.

Every repetition that could begin anywhere has a bound, so that a long line costs no more than many short ones.
"""

import re
from pathlib import Path

_NAMES = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?|api[_-]?key|private[_-]?key|access[_-]?key|signature"
    r"|(?<![a-z])sig|authorization|cookie|session[_-]?(?:id|key))"
)
_QUOTED = r"""\\"[^\n]*?\\"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
_VALUE = rf"""(?:b?(?:{_QUOTED})|[^\s"',;&)}}\]]+)"""
_URL = r"[a-z][a-z0-9+.-]{0,20}://"
_PATTERNS = (
    # A key, also one whose beginning or end was cut off.
    (re.compile(r"-----BEGIN [^-]+-----.*?(-----END [^-]+-----|\Z)", re.DOTALL), "…"),
    (re.compile(r"\A.*-----END [^-\n]+-----", re.DOTALL), "…"),
    # Of an address: who asks, what is asked with, and the path of a hook that is a secret as a whole.
    (re.compile(rf"({_URL})[^\s\"'<>]*@", re.IGNORECASE), r"\1…@"),
    (re.compile(rf"({_URL}[^\s\"'<>?]+)\?[^\s\"'<>]+", re.IGNORECASE), r"\1?…"),
    (re.compile(rf"({_URL}[^\s\"'<>/]+/)[^\s\"'<>]*hook[^\s\"'<>]*", re.IGNORECASE), r"\1…"),
    (re.compile(rf"({_URL}hooks\.[^\s\"'<>/]+/)[^\s\"'<>]*", re.IGNORECASE), r"\1…"),
    # Whole headers, whose values have words and commas in them.
    (re.compile(r"((?:set-)?cookie|(?:proxy-)?authorization)([\"']?\s*[:=,]\s*).*", re.IGNORECASE), r"\1\2…"),
    (re.compile(rf"\b(bearer|basic|digest|negotiate)\s+{_VALUE}", re.IGNORECASE), r"\1 …"),
    # A name and its value, in whatever language, or as an option of a program.
    (re.compile(rf"({_NAMES}[\w.-]{{0,60}}\\?[\"']?(?:\s*[:=,]+\s*|\s+)){_VALUE}", re.IGNORECASE), r"\1…"),
    # What has the form of a key by itself.
    (re.compile(r"\beyJ[\w-]*(?:\.[\w-]+)*"), "…"),
    (re.compile(r"\b(?:AKIA|ASIA|gh[opsu]_|github_pat_|glpat-|xox[abpr]-|hvs\.|sk-)[\w-]{8,}"), "…"),
    (re.compile(r"(?<![\w/.-])(?=[\w+=-]{0,200}\d)(?=[\w+=-]{0,200}[a-z])(?=[\w+=-]{0,200}[A-Z])[\w+=-]{24,}"), "…"),
    # Where a key or a certificate lies.
    (re.compile(r"[^\s\"'=,(]{0,300}/[^\s\"'=,/]{0,200}\.(pem|key|crt|cer|p12|pfx|jks|keytab)\b"), r"….\1"),
)


def scrubbed(text: str) -> str:
    """Give a text without what looks like a secret, and without the name of the home folder."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text.replace(str(Path.home()), "~")
