"""The five people a visitor can sign in as, and those who play a part in their stories."""

from dataclasses import dataclass
from datetime import date

from welcome.profiles.filling import Draft
from welcome.profiles.models import Side
from welcome.profiles.rules import Language
from welcome.profiles.vocabulary import mask_of

PASSWORD = "welcome to oosterdonk"  # noqa: S105 (a demo's password is no secret)
DOMAIN = "oosterdonk.example"

DAYTIME = mask_of((0, 3, 4, 7, 9, 10, 13, 15))
EVENINGS = mask_of((2, 5, 8, 11, 15, 16))


@dataclass(frozen=True, slots=True)
class Star:
    """Somebody with a story: ``who`` is how the list of sign-ins calls them."""

    first_name: str
    area: str
    profile: Draft
    who: str = ""
    locale: str = "en"

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.first_name.lower()}@{DOMAIN}"


def months_ago(today: date, months: int) -> date:
    """Return the first day of a month in the past."""
    past = today.year * 12 + today.month - 1 - months
    return date(past // 12, past % 12 + 1, 1)


def stars(today: date) -> tuple[Star, ...]:
    """Return everybody with a story."""
    dutch, good_english = Language("nl", 7, teaches=True), Language("en", 5)
    return (
        Star("Mariana", "Binnendonk", Draft(
            side=Side.NEWCOMER,
            languages=(Language("pt", 7, teaches=True), good_english, Language("nl", 2, learns=True)),
            interests={"making.choir": 3, "food.baking": 3, "food.world": 2, "outdoors.walking": 2, "mind.books": 1},
            slots=DAYTIME, offers=("cooking", "coaching"), wishes=("partner-work", "language", "school"),
            arrived_on=months_ago(today, 2), situations=("spouse", "looking-for-work"), children=("2-3",),
            planned_stay="unknown", gender="woman"), "a spouse"),
        Star("Willem", "Dommelrand", Draft(
            side=Side.LOCAL, languages=(dutch, Language("en", 4), Language("es", 2, learns=True)),
            interests={"outdoors.gardening": 3, "outdoors.walking": 2, "city.markets": 2, "culture.history": 2},
            slots=DAYTIME, offers=("tax", "housing", "health", "culture"), situations=("retired", "volunteer"),
            gender="man"), "a local mentor", "nl"),
        Star("Sanne", "Binnendonk", Draft(
            side=Side.LOCAL, languages=(dutch, good_english, Language("tr", 1, learns=True)),
            interests={"food.dinners": 3, "food.world": 3, "giving.neighbourhood": 2, "sport.dance": 1},
            slots=EVENINGS, offers=("volunteering", "culture"), situations=("volunteer",), gender="woman"),
             "an organiser", "nl"),
        Star("Thijs", "Centrum", Draft(
            side=Side.LOCAL, languages=(dutch, good_english, Language("fr", 3, learns=True)),
            interests={"mind.languages": 3, "sport.cycling": 2, "food.coffee": 2}, slots=EVENINGS,
            offers=("language", "study"), gender="man"), "a coordinator", "nl"),
        Star("Samira", "De Weverij", Draft(
            side=Side.BOTH, languages=(dutch, Language("ar", 7, teaches=True), good_english),
            interests={"mind.psychology": 2, "food.world": 2, "culture.cinema": 2}, slots=EVENINGS,
            offers=("coaching", "school"), situations=("returned",), gender="woman"), "a moderator", "nl"),
        Star("Joost", "Centrum", Draft(
            side=Side.LOCAL, languages=(dutch, good_english, Language("pt", 2, learns=True)),
            interests={"making.choir": 2, "food.coffee": 3, "mind.books": 2, "making.instrument": 2}, slots=DAYTIME,
            offers=("culture",), children=("2-3",), gender="man"), locale="nl"),
        Star("Els", "Centrum", Draft(
            side=Side.LOCAL, languages=(dutch, Language("en", 4), Language("pt", 1, learns=True)),
            interests={"making.choir": 3, "food.baking": 2, "outdoors.walking": 2}, slots=DAYTIME,
            offers=("language", "cooking"), situations=("retired",), gender="woman"), locale="nl"),
        Star("Priya", "Heuvelveld", Draft(
            side=Side.NEWCOMER,
            languages=(Language("hi", 7, teaches=True), Language("en", 6), Language("nl", 1, learns=True)),
            interests={"food.vegetarian": 3, "sport.yoga": 2, "mind.books": 2}, slots=DAYTIME,
            wishes=("tax", "health", "housing"), arrived_on=months_ago(today, 1), situations=("expat",),
            gender="woman")),
        Star("Diego", "Spoorkwartier", Draft(
            side=Side.NEWCOMER,
            languages=(Language("es", 7, teaches=True), Language("en", 5), Language("nl", 1, learns=True)),
            interests={"outdoors.gardening": 2, "sport.football": 3, "city.markets": 1}, slots=DAYTIME | EVENINGS,
            wishes=("culture", "tax"), arrived_on=months_ago(today, 4), situations=("expat",), gender="man")),
        Star("Elif", "De Weverij", Draft(
            side=Side.NEWCOMER,
            languages=(Language("tr", 7, teaches=True), Language("en", 5), Language("nl", 2, learns=True)),
            interests={"food.world": 3, "sport.dance": 2, "food.dinners": 2}, slots=EVENINGS, wishes=("volunteering",),
            arrived_on=months_ago(today, 7), situations=("spouse",), gender="woman")),
        Star("Camille", "Universiteitspark", Draft(
            side=Side.NEWCOMER,
            languages=(Language("fr", 7, teaches=True), Language("en", 5), Language("nl", 2, learns=True)),
            interests={"sport.cycling": 2, "mind.languages": 2, "culture.museums": 2}, slots=EVENINGS,
            wishes=("language",), arrived_on=months_ago(today, 9), situations=("student",), gender="woman")),
        Star("Omar", "Sint-Jansberg", Draft(
            side=Side.NEWCOMER,
            languages=(Language("ar", 7, teaches=True), Language("en", 4), Language("nl", 2, learns=True)),
            interests={"culture.cinema": 3, "food.world": 2, "games.chess": 2}, slots=EVENINGS, wishes=("school",),
            arrived_on=months_ago(today, 5), situations=("refugee",), children=("4-7",), gender="man"), locale="ar"),
    )  # fmt: skip
