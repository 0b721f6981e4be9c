"""The guide's table, its map and its feed: pure functions on plain values."""

import math
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import TODAY
from welcome import syndication
from welcome.directory import city_map, sheets
from welcome.directory.models import Area

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(TEXT)
def test_no_cell_is_a_formula_and_all_are_as_they_were(text: str) -> None:
    cell = sheets.defused(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert sheets.as_meant(cell) == text


@pytest.mark.parametrize("sign", [",", ";"])
def test_a_table_is_read_with_commas_and_with_semicolons(sign: str) -> None:
    content = sign.join(["kind", "name", "colour"]) + "\n" + sign.join(["club", " '=Choir ", "red"]) + "\n"
    assert sheets.read(content.encode("utf-8-sig")) == [(2, {"kind": "club", "name": "=Choir"})]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"a,b\n1,2\n", b'kind,name\n"club', b"\x00"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    if content.startswith(b"kind"):
        assert sheets.read(content) == [(2, {"kind": "club", "name": ""})]
    else:
        with pytest.raises(sheets.NoSheet):
            sheets.read(content)


def test_each_area_has_the_ground_that_is_nearest_to_it() -> None:
    areas = [Area(id=number, slug=str(number), name=str(number), x=x, y=y) for number, (x, y) in enumerate(PLACES)]
    drawn = city_map.draw([*areas, Area(id=9, slug="x", name="Nowhere")], {0: 8, 1: 1})
    assert [shape.number for shape in drawn.shapes] == [8, 1, 0, 0]
    assert [shape.shade for shape in drawn.shapes] == [4, 1, 0, 0]
    corners = {
        shape.area.id: [tuple(map(float, one.split(","))) for one in shape.points.split()] for shape in drawn.shapes
    }
    assert all(0 <= x <= 100 and 0 <= y <= drawn.height for points in corners.values() for x, y in points)
    middles = {shape.area.id: (shape.x, shape.y) for shape in drawn.shapes}
    assert middles[0][0] < middles[1][0] and middles[2][1] > middles[0][1]  # east is right, south is down
    assert math.dist(middles[0], middles[1]) > 5


PLACES = ((0.0, 0.0), (2.0, 0.0), (0.0, -2.0), (2.0, 2.0))


def test_a_city_of_two_areas_has_no_map() -> None:
    assert city_map.draw([Area(id=1, x=0, y=0), Area(id=2, x=1, y=1)], {}).shapes == []


def test_a_feed_holds_any_text() -> None:
    item = syndication.Item("https://a.example/1", "<b>\x00\x1f & \ufffe soup 🍲", TODAY, "Alice", "…")
    written = syndication.atom("All", "https://a.example/x.atom", "https://a.example/", [item], now=TODAY)
    root = fromstring(written)  # noqa: S314 (we have just written it)
    space = {"a": syndication.SPACE}
    assert root.findtext("a:entry/a:title", namespaces=space) == "<b> &  soup 🍲"
    assert root.findtext("a:updated", namespaces=space) == TODAY.isoformat()
    assert [link.get("rel") for link in root.findall("a:link", space)] == ["self", "alternate"]
    for needed in ("a:id", "a:title", "a:updated", "a:entry/a:id", "a:entry/a:author/a:name"):
        assert root.findtext(needed, namespaces=space)
