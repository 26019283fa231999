"""A page that is saved and read elsewhere: one file of HTML without scripts, light or dark as its reader likes it.

Colours come from the themes, by meaning; what stands on the page is for its own file to say.
"""

import tomllib
from collections.abc import Iterable
from html import escape

import resources

_STYLE = """
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 B612, "DejaVu Sans", Verdana, sans-serif;
  font-variant-numeric: tabular-nums }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px }
h2 { font-size: 18px; margin: 40px 0 12px }
h3 { font-size: 16px; margin: 0 }
p { margin: 6px 0; max-width: 90ch }
code, pre { font: 13px/1.5 "B612 Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere }
pre { margin: 6px 0 2px; padding: 8px 12px; background: var(--track); border: 1px solid var(--border); white-space: pre-wrap }
.soft { color: var(--text_soft) }
.mark { display: inline-block; border: 1px solid var(--border_strong); padding: 0 8px; font-size: 13px; color: var(--text_soft) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: 14px }
th { text-align: left; font-weight: normal; color: var(--text_soft); border-bottom: 1px solid var(--border_strong) }
th, td { padding: 6px 12px 6px 0; vertical-align: top }
td { border-bottom: 1px solid var(--border) }
.n { text-align: right; white-space: nowrap }
.bad { color: var(--alarm); font-weight: bold }
svg { display: block; max-width: 100% }
ul { padding-left: 20px; max-width: 90ch }
@media print { body { background: none } main { max-width: none; padding: 0 } }
"""


def html_page(title: str, body: str, style: str, colours: Iterable[str]) -> str:
    """Write a whole page.

    Args:
        title: its heading too.
        body: HTML that stands below the heading.
        style: what only this page needs, after the style of all pages.
        colours: names of the theme's colours beside `COLOURS` that the page uses, as `var(--name)`.
    """
    names = (*COLOURS, *colours)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>
:root {{ color-scheme: light dark; {theme_colours("day", names)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {theme_colours("night", names)} }} }}
{_STYLE.strip()}
{style.strip()}
</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{body}
</main>
</body>
</html>
"""


COLOURS = ("ground", "panel", "raised", "track", "border", "border_strong", "text", "text_soft", "alarm")
"""The colours of the theme that every page has."""


def theme_colours(theme: str, names: Iterable[str]) -> str:
    """Give colours of a theme as declarations of CSS, `--name: #112233;` each."""
    colours = tomllib.loads(resources.text(f"themes/{theme}.toml"))
    return " ".join(f"--{name}: {colours[name]};" for name in names)
