"""Whom to call, by country: nothing but words and numbers, so that it is there when all else is not.

The numbers are public services' own, free or at the price of a local call; operators look at them once a year.
"""

from dataclasses import dataclass
from enum import Enum

from flask_babel import LazyString

from welcome.i18n import lazy_gettext as _l


class Need(Enum):
    """What somebody calls for."""

    POLICE = _l("Police, when it is not urgent")
    AMBULANCE = _l("Ambulance")
    HOME = _l("Violence at home or by a partner")
    SEXUAL = _l("Sexual violence")
    VICTIMS = _l("Help for victims")
    DESPAIR = _l("Thoughts of suicide")
    TALK = _l("Somebody to talk to")
    CHILDREN = _l("Children and young people")


@dataclass(frozen=True, slots=True)
class Line:
    """One number, and who answers."""

    need: Need
    number: str
    name: str = ""

    @property
    def label(self) -> LazyString:
        """What it is for, in the reader's language."""
        label: LazyString = self.need.value
        return label

    @property
    def dialled(self) -> str:
        """The number as a phone wants it."""
        return "".join(sign for sign in self.number if sign.isdigit() or sign == "+")


@dataclass(frozen=True, slots=True)
class Country:
    """What to dial in one country."""

    urgent: tuple[str, ...]
    lines: tuple[Line, ...]


URGENT = ("112",)
EUROPE = "EU"  #: numbers that most countries of the Union share
COUNTRIES: dict[str, Country] = {
    EUROPE: Country(URGENT, (
        Line(Need.VICTIMS, "116 006"),
        Line(Need.TALK, "116 123"),
        Line(Need.CHILDREN, "116 111"),
    )),
    "AT": Country((*URGENT, "133", "144"), (
        Line(Need.HOME, "0800 222 555", "Frauenhelpline"),
        Line(Need.TALK, "142", "Telefonseelsorge"),
        Line(Need.CHILDREN, "147", "Rat auf Draht"),
    )),
    "BE": Country((*URGENT, "101"), (
        Line(Need.HOME, "1712", "1712 (Nederlands)"),
        Line(Need.HOME, "0800 30 030", "Écoute violences conjugales (français)"),
        Line(Need.DESPAIR, "1813", "Zelfmoordlijn (Nederlands)"),
        Line(Need.DESPAIR, "0800 32 123", "Prévention du suicide (français)"),
        Line(Need.TALK, "106", "Tele-Onthaal (Nederlands)"),
        Line(Need.TALK, "107", "Télé-Accueil (français)"),
        Line(Need.CHILDREN, "102", "Awel (Nederlands)"),
        Line(Need.CHILDREN, "103", "Écoute-Enfants (français)"),
    )),
    "CH": Country((*URGENT, "117", "144"), (
        Line(Need.TALK, "143", "Die Dargebotene Hand · La Main Tendue"),
        Line(Need.CHILDREN, "147", "Pro Juventute"),
    )),
    "DE": Country((*URGENT, "110"), (
        Line(Need.HOME, "116 016", "Hilfetelefon"),
        Line(Need.SEXUAL, "0800 22 55 530", "Hilfe-Telefon Sexueller Missbrauch"),
        Line(Need.TALK, "0800 111 0 111", "TelefonSeelsorge"),
        Line(Need.CHILDREN, "116 111", "Nummer gegen Kummer"),
    )),
    "DK": Country(URGENT, (
        Line(Need.POLICE, "114"),
        Line(Need.HOME, "1888", "Lev Uden Vold"),
        Line(Need.DESPAIR, "70 201 201", "Livslinien"),
        Line(Need.CHILDREN, "116 111", "BørneTelefonen"),
    )),
    "ES": Country(URGENT, (
        Line(Need.HOME, "016"),
        Line(Need.DESPAIR, "024"),
        Line(Need.CHILDREN, "900 20 20 10", "ANAR"),
    )),
    "FI": Country(URGENT, (
        Line(Need.HOME, "080 005 005", "Nollalinja"),
        Line(Need.TALK, "09 2525 0111", "MIELI"),
        Line(Need.CHILDREN, "116 111"),
    )),
    "FR": Country((*URGENT, "17", "15"), (
        Line(Need.HOME, "3919", "Violences Femmes Info"),
        Line(Need.VICTIMS, "116 006", "France Victimes"),
        Line(Need.DESPAIR, "3114"),
        Line(Need.CHILDREN, "119"),
    )),
    "GB": Country(("999", "112"), (
        Line(Need.POLICE, "101"),
        Line(Need.HOME, "0808 2000 247", "National Domestic Abuse Helpline"),
        Line(Need.TALK, "116 123", "Samaritans"),
        Line(Need.CHILDREN, "0800 1111", "Childline"),
    )),
    "IE": Country((*URGENT, "999"), (
        Line(Need.HOME, "1800 341 900", "Women's Aid"),
        Line(Need.SEXUAL, "1800 77 8888", "Rape Crisis"),
        Line(Need.TALK, "116 123", "Samaritans"),
        Line(Need.CHILDREN, "1800 66 66 66", "Childline"),
    )),
    "IT": Country(URGENT, (
        Line(Need.HOME, "1522"),
        Line(Need.CHILDREN, "114", "Emergenza Infanzia"),
    )),
    "NL": Country(URGENT, (
        Line(Need.POLICE, "0900 8844"),
        Line(Need.HOME, "0800 2000", "Veilig Thuis"),
        Line(Need.SEXUAL, "0800 0188", "Centrum Seksueel Geweld"),
        Line(Need.DESPAIR, "113", "113 Zelfmoordpreventie"),
        Line(Need.TALK, "088 0767 000", "De Luisterlijn"),
        Line(Need.CHILDREN, "0800 0432", "Kindertelefoon"),
    )),
    "NO": Country(("112", "113"), (
        Line(Need.POLICE, "02800"),
        Line(Need.HOME, "116 006", "VO-linjen"),
        Line(Need.TALK, "116 123", "Mental Helse"),
        Line(Need.CHILDREN, "116 111", "Alarmtelefonen"),
    )),
    "PL": Country(URGENT, (
        Line(Need.HOME, "800 120 002", "Niebieska Linia"),
        Line(Need.TALK, "116 123"),
        Line(Need.CHILDREN, "116 111"),
    )),
    "PT": Country(URGENT, (
        Line(Need.HOME, "800 202 148"),
        Line(Need.VICTIMS, "116 006", "APAV"),
        Line(Need.CHILDREN, "116 111"),
    )),
    "SE": Country(URGENT, (
        Line(Need.POLICE, "114 14"),
        Line(Need.HOME, "020 50 50 50", "Kvinnofridslinjen"),
        Line(Need.DESPAIR, "90101", "Mind Självmordslinjen"),
        Line(Need.CHILDREN, "116 111", "Bris"),
    )),
}  # fmt: skip


def numbers_of(code: str) -> Country:
    """Return a country's numbers, or those that most of Europe shares."""
    return COUNTRIES.get(code, COUNTRIES[EUROPE])
