"""An event's picture: drawn anew, so that nothing of the file that was sent is kept but what one sees."""

from datetime import datetime
from hashlib import blake2b
from io import BytesIO

import sqlalchemy as sa
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Session, undefer

from welcome.errors import Refusal
from welcome.events.models import EventPicture
from welcome.i18n import lazy_gettext as _l

LARGEST_BYTES = 12 * 1024 * 1024  #: as phones take them
MOST_PIXELS = 60_000_000  #: what a file says of itself before it is unpacked
BOX = (1200, 1200)
FORMATS = ("JPEG", "PNG", "WEBP")
TYPE = "image/jpeg"
QUALITY = 78


class NotAPicture(Refusal):
    """A file that we cannot draw."""

    message = _l("This is not a picture that we can read. Please send a JPEG, PNG or WebP file.")


class PictureTooLarge(Refusal):
    """More than anybody's screen shows."""

    message = _l("This picture is too large. Please send one of at most 12 MB.")


def redraw(content: bytes) -> tuple[bytes, int, int]:
    """Return a picture drawn anew, with its width and height: turned upright, made small, without any metadata."""
    if len(content) > LARGEST_BYTES:
        raise PictureTooLarge
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as sent:
            if sent.width * sent.height > MOST_PIXELS or getattr(sent, "n_frames", 1) > 1:
                raise PictureTooLarge
            sent.draft("RGB", BOX)  # a JPEG is unpacked at a fraction of its size
            upright = ImageOps.exif_transpose(sent)
            upright.thumbnail(BOX)
            drawn = Image.new("RGB", upright.size, "white")
            drawn.paste(upright, mask=upright.convert("RGBA").getchannel("A"))
    except Image.DecompressionBombError as problem:
        raise PictureTooLarge from problem
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as problem:
        raise NotAPicture from problem
    file = BytesIO()
    drawn.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return file.getvalue(), *drawn.size


def keep_picture(session: Session, event_id: int, drawn: tuple[bytes, int, int], alt: str, *, now: datetime) -> None:
    """Let an event have this picture, in place of the one it had."""
    body, width, height = drawn
    picture = session.get(EventPicture, event_id) or EventPicture(event_id=event_id)
    picture.body, picture.width, picture.height, picture.alt, picture.added_at = body, width, height, alt, now
    picture.digest = blake2b(body, digest_size=8).hexdigest()
    session.add(picture)
    session.flush()


def describe_picture(session: Session, event_id: int, alt: str) -> None:
    """Say in other words what is on a picture."""
    session.execute(sa.update(EventPicture).where(EventPicture.event_id == event_id).values(alt=alt))


def remove_picture(session: Session, event_id: int) -> None:
    """Take an event's picture away."""
    session.execute(sa.delete(EventPicture).where(EventPicture.event_id == event_id))


def find_picture(session: Session, event_id: int) -> EventPicture | None:
    """Return what is known of an event's picture, without the picture itself."""
    return session.get(EventPicture, event_id)


def read_picture(session: Session, event_id: int, digest: str) -> bytes | None:
    """Return the picture of that address."""
    chosen = sa.select(EventPicture).where(EventPicture.event_id == event_id, EventPicture.digest == digest)
    picture = session.scalar(chosen.options(undefer(EventPicture.body)))
    return picture.body if picture else None
