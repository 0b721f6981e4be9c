"""What a first name may be: letters, and not what staff are called."""

import unicodedata

from wtforms import Form, StringField, ValidationError

from welcome.i18n import lazy_gettext as _l

#: Signs that names are written with, besides letters: "Anne-Marie", "O'Neill", "J. P.", and the joiners of Persian.
NAME_SIGNS = set(" -'’ʼʻ‘`.·\u200c\u200d")
#: What staff are called in the languages of the pages, and hardly anybody else: nobody is to be trusted for their name.
STAFF_WORDS = """
admin administrator administration moderator moderation coordinator organiser organizer support helpdesk staff
beheerder beheer moderatorin koordinator koordinatorin verwaltung kundendienst modérateur modératrice administrateur
administratrice coordinateur coordinatrice administrador administradora moderador moderadora coordinador coordinadora
coordenador coordenadora soporte suporte koordynator koordynatorka moderatorka yönetici koordinatör destek
адміністратор адміністраторка модератор модераторка координатор координаторка администратор
المشرف المشرفة المدير المديرة منسق منسقة مدیر پشتیبانی 管理员 版主 客服 协调员 व्यवस्थापक प्रशासक मॉडरेटर समन्वयक
"""


def looks_like_a_name(form: Form, field: StringField) -> None:
    """Refuse what is no name: a web address in it would travel in our letters, a role in it would be believed."""
    for sign, following in zip(field.data, field.data[1:] + " ", strict=True):
        is_letter = unicodedata.category(sign)[0] in "LM"
        if not (is_letter or sign in NAME_SIGNS) or (sign == "." and following != " "):
            raise ValidationError(_l("Please use letters only. A first name is enough."))
    words = _plain(field.data)
    if PLAIN_WORDS & {*words, "".join(words)}:
        raise ValidationError(_l("This is what staff are called. Please give the name that people call you by."))


def squeeze(text: str | None) -> str | None:
    """Take away the spaces around and between words that nobody meant."""
    return " ".join(text.split()) if text else text


def _plain(text: str) -> list[str]:
    """Return the words, small and without accents or signs between letters."""
    signs = [sign for sign in unicodedata.normalize("NFKD", text).casefold() if unicodedata.category(sign)[0] != "M"]
    return "".join(sign if sign.isalpha() else " " for sign in signs).split()


PLAIN_WORDS = frozenset(_plain(STAFF_WORDS))
