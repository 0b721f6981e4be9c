"""Pictures side by side, so that a person can look at all of them."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PIL import Image, ImageDraw

#: How wide a picture is on a sheet, how much of its height is shown, how many stand beside each other.
NARROW, WIDE = (270, 1500, 6), (540, 900, 3)
LABEL = 16


def write_sheets(folder: Path, name: str, pictures: Sequence[tuple[str, Path]], *, wide: bool) -> None:
    """Draw as many sheets as it takes, each one row of pictures with their addresses."""
    width, tallest, across = WIDE if wide else NARROW
    for number, start in enumerate(range(0, len(pictures), across)):
        row = pictures[start : start + across]
        thumbs = [_thumb(path, width, tallest) for _, path in row]
        sheet = Image.new("RGB", (across * (width + 8), max(thumb.height for thumb in thumbs) + LABEL), "grey")
        draw = ImageDraw.Draw(sheet)
        for place, ((label, _), thumb) in enumerate(zip(row, thumbs, strict=True)):
            draw.text((place * (width + 8), 2), label[-width // 6 :], fill="white")
            sheet.paste(thumb, (place * (width + 8), LABEL))
        sheet.save(folder / f"{name}-{number:02}.jpg", quality=80)


def _thumb(path: Path, width: int, tallest: int) -> Image.Image:
    with Image.open(path) as picture:
        height = round(picture.height * width / picture.width)
        return picture.convert("RGB").resize((width, height)).crop((0, 0, width, min(height, tallest)))


def write_index(folder: Path, pictures: dict[str, list[tuple[str, Path]]]) -> None:
    """Write one page with every picture on it."""
    parts = [
        "<!doctype html><meta charset=utf-8><title>Every page</title><style>figure{display:inline-block;margin:4px}"
    ]
    parts.append("img{inline-size:180px;block-size:320px;object-fit:cover;object-position:top}</style>")
    for name, seen in pictures.items():
        parts.append(f"<h2>{escape(name)}</h2>")
        for label, path in seen:
            source = path.relative_to(folder).as_posix()
            parts.append(f'<figure><a href="{source}"><img loading=lazy src="{source}"></a>')
            parts.append(f"<figcaption>{escape(label[:34])}</figcaption></figure>")
    (folder / "index.html").write_text("\n".join(parts))
