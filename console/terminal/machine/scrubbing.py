"""Takes out of a text what looks like a secret; rather a line too many than a word too few.

Every repetition that could begin anywhere has a bound, so that a long line costs no more than many short ones.
"""

import re
from pathlib import Path

_NAMES = (
    r"(?:passw(?:or)?[dt]|passphrase|passcode|kennwort|contrase|mot de passe|(?<!by)(?<!com)pass(?:in|out)?(?![a-z])|pwd"
    r"|(?<![a-z])(?:bind|root)?pw(?![a-z])|identified by|secret|token|credential|bearer|cookie|signature|otp|psk"
    r"|webhook|assertion|code_verifier|samlresponse|recovery code|passkey|(?:key|certificate)-data|(?<![a-z])salt(?![a-z])"
    r"|(?<![a-z])(?:o?auth(?![a-z])|authoriz|authn|sig(?![a-z])|pin(?![a-z]))"
    r"|(?:session|csrf|xsrf|(?<![a-z])s)_?-?id(?![a-z])|sessid|session[_-]?key"
    r"|(?:api|private|access|signing|encryption|master|shared|account|storage|licen[cs]e|ssh|host|hmac|deploy)[ _-]?key"
    r"|(?<![a-z])key[\"']?=)"
)
"""What a secret is called. Whatever else stands in the line from there on may be one, however it is set off or quoted."""
_PLACE_IN_CODE = r'[ \t]*File "[^"\n]*", line \d+, in [\w<>.]+$'
_OPEN_END = r"[\w.\- \t]{0,60}[\"']?[ \t]*[:=|>\"'(\[{,\\][:=|>+\-\"'(\[{,\\ \t]{0,20}"
_URL = r"[a-z][a-z0-9+.-]{0,20}://"
_PATTERNS = (
    # A key, also one whose beginning or end was cut off.
    (re.compile(r"-----BEGIN [^-]+-----.*?(-----END [^-]+-----|\Z)", re.DOTALL), "…"),
    (re.compile(r"\A.*-----END [^-\n]+-----", re.DOTALL), "…"),
    (re.compile(r"(PuTTY-User-Key-File-|^Private-Lines:).*", re.DOTALL | re.MULTILINE), "…"),
    # Of an address: who asks, what is asked with, and the path of a hook that is a secret as a whole.
    (re.compile(rf"({_URL})[^\s\"'<>]*@", re.IGNORECASE), r"\1…@"),
    (re.compile(rf"({_URL}[^\s\"'<>?#]+)[?#][^\s\"'<>]+", re.IGNORECASE), r"\1?…"),
    (re.compile(rf"({_URL}[^\s\"'<>/]+/)[^\s\"'<>]*hook[^\s\"'<>]*", re.IGNORECASE), r"\1…"),
    (re.compile(rf"({_URL}hooks\.[^\s\"'<>/]+/)[^\s\"'<>]*", re.IGNORECASE), r"\1…"),
    # An account and its password before the name of a host, without a kind of address.
    (re.compile(r"(?<![\w.-])[\w.-]{1,64}[:/][^\s@\"'/][^\s@\"']{0,200}@(?=[\w(\[])"), "…@"),
    # Whole lines from a name on; where a line ends in what opens a value, also the lines that hold it.
    (
        re.compile(
            rf"^(?!{_PLACE_IN_CODE})(.*?{_NAMES}){_OPEN_END}\n(?:[ \t]*(?:#.*)?\n){{0,3}}(?:[ \t]+.*(?:\n[ \t]+.*)*|.*)",
            re.IGNORECASE | re.MULTILINE,
        ),
        r"\1…",
    ),
    (re.compile(rf"^(?!{_PLACE_IN_CODE})(.*?{_NAMES}).+", re.IGNORECASE | re.MULTILINE), r"\1…"),
    (re.compile(r"\b(basic|digest|negotiate)\s+[^\s\"',;]+", re.IGNORECASE), r"\1 …"),
    # Options of programs that take an account or a password.
    (re.compile(r"(?<![\w-])(-[uUp]|--(?:proxy-)?user|--pw)((?:[\"']?,\s*|\s+|=|:)[\"']?|)[^\s\"',;]+"), r"\1\2…"),
    # What has the form of a key by itself, or of a password as systems keep it.
    (re.compile(r"\beyJ[\w-]*(?:\.[\w-]+)*"), "…"),
    (
        re.compile(
            r"\b(?:AKIA|ASIA|AIza|gh[oprsu]_|github_pat_|glpat-|gls?[ac]_|xox[a-z]-|xapp-|hv[bs]\.|[sr]k[-_]|ya29\.|npm_|pypi-|hf_"
            r"|dop_v1_|shp[a-z]{2}_|SG\.|dapi|AGE-SECRET-KEY-)[\w.-]{8,}"
        ),
        "…",
    ),
    (re.compile(r"\{S?(?:SHA|MD5|CRYPT)\d*\}\S+", re.IGNORECASE), "…"),
    (re.compile(r"\$(?:\w{1,10})\$[^\s\"':]{6,}"), "…"),
    (re.compile(r"(?<![\w.-])s\.[A-Za-z0-9]{20,}"), "…"),
    (re.compile(r"\b\d{8,10}:[\w-]{30,}"), "…"),
    (
        re.compile(
            r"(?<![\w/+=.-])(?=\S{0,39}\d)(?=\S{0,39}[a-z])(?=\S{0,39}[A-Z])[A-Za-z0-9+][A-Za-z0-9/+]{39,127}(?![\w/+.-])"
        ),
        "…",
    ),
    (re.compile(r"(?<![\w/.-])(?=[\w+=-]{0,200}\d)(?=[\w+=-]{0,200}[a-z])(?=[\w+=-]{0,200}[A-Z])[\w+=-]{24,}"), "…"),
    (re.compile(r"(?<![\w-])[0-9a-f]{32,}(?![\w-])", re.IGNORECASE), "…"),
    # Where a key or a certificate lies.
    (re.compile(r"[^\s\"'=,(]{0,300}/[^\s\"'=,/]{0,200}\.(pem|key|crt|cer|p12|pfx|jks|keytab)\b"), r"….\1"),
)


def scrubbed(text: str) -> str:
    """Give a text without what looks like a secret, and without the name of the home folder."""
    text = text.replace("\r\n", "\n")
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text.replace(str(Path.home()), "~")
