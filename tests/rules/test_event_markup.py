"""Organisers' words become text, lists and links, and nothing else."""

import pytest

from welcome.events.markup import first_words, to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>"),
        ("# Title", "<h3>Title</h3>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("TOP 1:\n\n    indented", "<p>TOP 1:</p>\n<p>indented</p>"),
        ("See https://a.example/b.", '<p>See <a href="https://a.example/b" rel="nofollow noopener">https://a.example/b</a>.</p>'),
        ("[words](https://a.example)", '<p><a href="https://a.example" rel="nofollow noopener">words</a></p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
        ("![x](https://spy.example/)", '<p>!<a href="https://spy.example/" rel="nofollow noopener">x</a></p>'),
    ],
)  # fmt: skip
def test_markdown_becomes_safe_html(text: str, html: str) -> None:
    assert to_html(text).strip() == html


def test_previews_are_plain_and_short() -> None:
    assert first_words("# Soup\n\n- **bring** a spoon") == "Soup bring a spoon"
    assert len(first_words("word " * 200)) <= 201
