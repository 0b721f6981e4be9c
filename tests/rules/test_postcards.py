"""The picture beside a shared link: what no font can write is left out, never drawn as boxes."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFont

from welcome.events.postcards import lettering
from welcome.events.postcards.drawing import COLUMN, SIZE, Postcard, draw

CARD = Postcard("Soup and stories", "Saturday, 28 November", "18:30–21:00", "Harbour Library", "Welcome")


@pytest.fixture
def fonts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Path]:
    """Give the machine one font that has Latin letters alone, in place of whatever it has."""
    built_in = ImageFont.load_default(24)
    assert isinstance(built_in, ImageFont.FreeTypeFont)
    file = tmp_path / "NotoSans-Regular.ttf"
    file.write_bytes(built_in.path.getvalue())  # type: ignore[attr-defined]
    monkeypatch.setattr(lettering, "FOLDERS", (tmp_path,))
    for kept in (lettering.installed, lettering._has, lettering.sized, draw):
        kept.cache_clear()
        request.addfinalizer(kept.cache_clear)
    return lettering.installed()


def test_words_are_written_by_a_font_that_has_all_their_letters_or_not_at_all(fonts: dict[str, Path]) -> None:
    assert lettering.font_for("Soup 18:30", lettering.WORDS) == "NotoSans-Regular.ttf"
    assert [lettering.font_for(words, lettering.WORDS) for words in ("图书馆", "Tea 茶", "مقهى", "शाम", "")] == [
        None
    ] * 5
    assert lettering.plain("Coffee ☕\ufe0f for\nall 📚") == "Coffee for all"
    chinese, latin = (draw(Postcard("", "", "", place, "W")) for place in ("图书馆", "Library"))
    assert chinese == draw(Postcard("", "", "", "", "W")) != latin


def test_lines_break_between_words_and_between_chinese_signs(fonts: dict[str, Path]) -> None:
    font = lettering.sized("NotoSans-Regular.ttf", 40)
    lines = lettering.lines_of("Board games night at the library by the harbour", font, COLUMN, 3) or []
    assert " ".join(lines) == "Board games night at the library by the harbour"
    assert len(lines) == 2
    assert lettering.lines_of("A" * 80, font, COLUMN, 3) is None
    assert lettering.PARTS.findall("图书馆，ok 好！") == ["图", "书", "馆，", "ok ", "好！"]


def test_it_is_as_large_as_messengers_want_it() -> None:
    with Image.open(BytesIO(draw(CARD))) as picture:
        assert (picture.size, picture.format) == (SIZE, "PNG")
