"""The file: gzip'ed JSON, one line each for the header, every row and the seal. docs/backups.md describes it.

The header says what must follow and the seal proves that it did, so that a file that was cut off, altered or made by
something else is refused before anything is changed.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

FORMAT = 1
MARK = "welcome-backup"


class BadBackup(Exception):
    """This file cannot be restored; the message says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a backup holds of one table: its columns, each with its kind, and the number of its rows."""

    name: str
    columns: dict[str, str]
    rows: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says about itself before its rows."""

    revision: str  #: the migration that the tables stood at
    made_at: str
    public_url: str
    tables: list[Table]

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(table.rows for table in self.tables)


Line = tuple[Table, list[Any]]


class Writer:
    """Writes the lines of one backup and seals it."""

    def __init__(self, stream: gzip.GzipFile, header: Header) -> None:
        self._stream = stream
        self._seal = sha256()
        self._write({MARK: FORMAT, **asdict(header)})

    def row(self, table: str, values: list[Any]) -> None:
        """Add one row."""
        self._write([table, *values])

    def seal(self) -> None:
        """Add the last line, which vouches for all others."""
        self._write({"sha256": self._seal.hexdigest()})

    def _write(self, content: object) -> None:
        line = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._seal.update(line)
        self._stream.write(line)


@contextmanager
def create(file: Path, header: Header) -> Iterator[Writer]:
    """Write a new backup that only its owner may read; the file appears whole or not at all."""
    if file.exists():
        raise BadBackup(f"{file} exists already: a backup never replaces another. Choose another name.")
    unfinished = file.with_name(f"{file.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", filename="", compresslevel=6) as stream:
                yield Writer(stream, header)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)


def check(file: Path) -> tuple[Header, str]:
    """Read a backup from end to end; return its header and the digest of its rows, or raise BadBackup."""
    with _lines(file) as lines:
        header = _header(file, next(lines, b""))
        for _ in _rows(lines, header):
            pass
        return header, lines.rows.hexdigest()


def read_rows(file: Path) -> Iterator[Line]:
    """Read the rows of a backup in the order in which they can be inserted; raise BadBackup as soon as one is wrong."""
    with _lines(file) as lines:
        yield from _rows(lines, _header(file, next(lines, b"")))


@contextmanager
def _lines(file: Path) -> Iterator["Lines"]:
    """Open a backup; whatever breaks while it is read means that it is damaged."""
    try:
        with gzip.open(file, "rb") as stream:
            yield Lines(stream)
    except gzip.BadGzipFile as problem:
        raise BadBackup(f"{file} is no backup of Welcome, or it is damaged: {problem}.") from problem
    except (EOFError, zlib.error) as problem:
        raise BadBackup(f"{file} is damaged or was cut off: {problem}.") from problem
    except OSError as problem:
        raise BadBackup(f"{file} cannot be read: {problem}.") from problem


class Lines:
    """The lines of a backup, with the digests of those before the present one: of all, and of the rows alone."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._present: bytes | None = None
        self._is_row = False
        self.all = sha256()
        self.rows = sha256()

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> bytes:
        line: bytes = next(self._stream)
        if self._present is not None:
            self.all.update(self._present)
            if self._is_row:
                self.rows.update(self._present)
            self._is_row = True
        self._present = line
        return line


def _header(file: Path, line: bytes) -> Header:
    content = _parse(line)
    if not isinstance(content, dict) or MARK not in content:
        raise BadBackup(f"{file} is no backup of Welcome.")
    if content.pop(MARK) != FORMAT:
        raise BadBackup(f"{file} was made by another version of Welcome, whose format this one does not know: update.")
    try:
        tables = [
            Table(str(table["name"]), dict(table["columns"]), int(table["rows"])) for table in content.pop("tables")
        ]
        header = Header(**content, tables=tables)
        datetime.fromisoformat(header.made_at)
    except (TypeError, KeyError, ValueError) as problem:
        raise BadBackup(f"{file} is damaged: its first line is not complete.") from problem
    return header


def _rows(lines: Lines, header: Header) -> Iterator[Line]:
    for table in header.tables:
        for number in range(table.rows):
            content = _parse(next(lines, b""))
            if not isinstance(content, list) or content[:1] != [table.name] or len(content) != len(table.columns) + 1:
                raise BadBackup(f"The backup is damaged or was cut off: row {number + 1} of {table.name} is not there.")
            yield table, content[1:]
    seal = _parse(next(lines, b""))
    if not isinstance(seal, dict) or seal.get("sha256") != lines.all.hexdigest() or next(lines, None) is not None:
        raise BadBackup("The backup was altered or damaged: its checksum is wrong.")


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
