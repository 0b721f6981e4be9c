"""Organisers' markdown as safe HTML: nothing they write becomes more than text, lists and links."""

import re

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr", "h3", "h4", "h5", "h6"}
SCHEMES = {"http", "https", "mailto"}
HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
#: An address that stands in the text just so, as in most calendars.
BARE_LINK = re.compile(r"""(?<![\w(<\["'=/])https?://[^\s<>()\[\]"'`]*[\w/#=&-]""")
READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "code", "html_block", "html_inline"]  # an indented line is no program
)


def to_html(text: str) -> Markup:
    """Render markdown; headings start below those of the page around it."""
    tokens = [_lowered(token) for token in READER.parse(BARE_LINK.sub(r"<\g<0>>", text))]
    html = READER.renderer.render(tokens, READER.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel="nofollow noopener")
    return Markup(clean)  # noqa: S704 # nosec B704 (nh3 has just cleaned it)


def first_words(text: str, most: int = 200) -> str:
    """Return the beginning of a text without its marks, for previews."""
    plain = " ".join(nh3.clean(READER.render(text), tags=set()).split())
    return plain if len(plain) <= most else plain[:most].rsplit(" ", 1)[0] + "…"


def _lowered(token: Token) -> Token:
    token.tag = HEADINGS.get(token.tag, token.tag)
    return token
