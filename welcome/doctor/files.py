"""Files that must be there: catalogues, packed pages, time zones, the database's own disk."""

import gzip
import os
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from welcome.doctor.finding import Check, Finding, Findings, Instance
from welcome.i18n import LOCALES, SOURCE, catalogue

PACKED = (".css", ".js", ".svg")
FEWEST_ZONES = 300
LEAST_FREE = 500 * 1024 * 1024
#: Where locks or shared memory do not work as SQLite needs them.
FAR_AWAY = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs", "ncpfs")
MOUNTS = Path("/proc/self/mounts")


def catalogues(_instance: Instance) -> Findings:
    """Every offered language is compiled from what translators wrote, and they wrote all of it."""
    for code in LOCALES:
        if code != SOURCE:
            yield from examine_catalogue(code, catalogue(code))


def examine_catalogue(code: str, compiled: Path) -> Findings:
    """Compare what readers get with what translators wrote."""
    with compiled.with_suffix(".po").open("rb") as source:
        written = read_po(source, locale=code)
    expected = BytesIO()
    write_mo(expected, written)
    if not compiled.is_file():
        yield Finding(f"The catalogue {code} is not compiled: pybabel compile -d translations, then restart.")
    elif compiled.read_bytes() != expected.getvalue():
        yield Finding(f"The catalogue {code} is older than its source: pybabel compile -d translations, then restart.")
    missing = sum(not message.string or message.fuzzy for message in written if message.id)
    if missing:
        says = f"{missing} texts are not translated into {code}: its readers get them in English."
        yield Finding(says, is_wrong=False)


def static_files(instance: Instance) -> Findings:
    """The packed copy is what most browsers get, so it must be the same."""
    files = [file for file in sorted(instance.static.iterdir()) if file.suffix in PACKED]
    missing = [file.name for file in files if not _packed(file).is_file()]
    stale = [
        f.name for f in files if _packed(f).is_file() and gzip.decompress(_packed(f).read_bytes()) != f.read_bytes()
    ]
    if stale:
        yield Finding(f"Packed copies are older than their files ({', '.join(stale)}): gzip -9nkf welcome/static/*.*")
    if missing:
        yield instance.found(f"{', '.join(missing)} are not packed, so pages load slowly: gzip -9nkf FILE for each.")


def _packed(file: Path) -> Path:
    return file.with_name(f"{file.name}.gz")


def time_zones(instance: Instance) -> Findings:
    """Events are at their own wall time, which needs the world's rules."""
    zone = instance.config["DEFAULT_TIMEZONE"]
    if len(available_timezones()) < FEWEST_ZONES:
        yield Finding("Time zone data is missing: apt install tzdata.")
    elif instance.now.astimezone(ZoneInfo(zone)).utcoffset() is None:
        yield Finding(f"DEFAULT_TIMEZONE {zone} has no rules: apt install tzdata.")


def erased_list(instance: Instance) -> Findings:
    """Without it an erasure fails, and is tried again."""
    file = Path(instance.config["ERASED_FILE"])
    nearest = next(place for place in (file, *file.parents) if place.exists())
    if not (os.access(nearest, os.W_OK) and (nearest == file or nearest.is_dir())):
        yield Finding(
            f"ERASED_LIST {file} cannot be written by this user, so no account can be erased: mend its rights."
        )


def sqlite_file(instance: Instance) -> Findings:
    """One file on this machine's own disk, with room to grow, for one user."""
    if instance.engine.dialect.name != "sqlite":
        return
    file = Path(instance.engine.url.database or "")
    if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        yield Finding(f"{file} or its folder cannot be written by this user: mend their rights.")
    yield from far_away(file, MOUNTS.read_text(encoding="utf-8", errors="replace") if MOUNTS.is_file() else "")
    yield from room_on_disk(file)
    if file.is_file() and file.stat().st_mode & 0o007:
        yield instance.found(f"Every user of this machine can read {file}: chmod o= {file}*")


def far_away(file: Path, mounts: str) -> Findings:
    """Find a file whose disk is another machine's."""
    places = list(_mounts_above(file, mounts))
    kind = max(places, key=lambda place: len(place[0]), default=("", ""))[1]
    if kind.startswith(FAR_AWAY):
        yield Finding(
            f"{file} lies on a network disk ({kind}), where SQLite loses data: use a local one, or PostgreSQL."
        )


def _mounts_above(file: Path, mounts: str) -> Iterator[tuple[str, str]]:
    for line in mounts.splitlines():
        _, place, kind, *_ = line.split(" ")
        if file.is_relative_to(place.replace("\\040", " ")):
            yield place, kind


def room_on_disk(file: Path, least: int = LEAST_FREE) -> Findings:
    """Find a disk that is nearly full."""
    needed = max(least, file.stat().st_size if file.is_file() else 0)
    free = shutil.disk_usage(file.parent).free
    if free < needed:
        yield Finding(f"{file.parent} has {free // 2**20} MB left and should have {needed // 2**20}: make room.")


CHECKS: dict[str, Check] = {
    "catalogues": catalogues,
    "static files": static_files,
    "time zones": time_zones,
    "list of the erased": erased_list,
    "database file": sqlite_file,
}
