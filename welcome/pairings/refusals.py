"""Every way in which this room says no, in a sentence that a person can be shown."""

from welcome.errors import NotFound, Refusal
from welcome.i18n import lazy_gettext as _l


class NobodyThere(NotFound):
    """The other is gone, kept away, or never was: these cannot be told apart."""

    message = _l("This account is closed.")


class TooLate(Refusal):
    """Something else happened first."""

    message = _l("This has been decided already. Here is how things stand now.")


class RoundUnderWay(Refusal):
    """A programme has one round at a time."""

    message = _l("A round is being made already. You can follow it here.")


class PreviewGone(Refusal):
    """What was tried is not what was looked at any more."""

    message = _l("This preview is gone: somebody has tried other settings, or a day has passed. Please try again.")


class NotEnrolled(Refusal):
    """Only people who take part can be arranged for."""

    message = _l("Nobody who takes part in this programme has this address.")


class TwoNeeded(Refusal):
    """An arrangement is about two people."""

    message = _l("These are one and the same person.")


class CannotPair(Refusal):
    """A pin never bends a rule; which one is not said, since it may be private."""

    message = _l(
        "These two cannot be paired: the programme's rules, their limits or their free places do not allow it."
    )


class NotVetted(Refusal):
    """A mentor meets nobody before they were met themselves."""

    message = _l("You can meet somebody as a mentor as soon as all steps of this programme are done.")


class NotAMentor(Refusal):
    """Only who wants to be a mentor is vetted."""

    message = _l("This person is no mentor in this programme.")


class OwnVetting(Refusal):
    """Nobody vouches for themselves."""

    message = _l("This is about yourself: another coordinator does it.")
    status = 403


class NameTaken(Refusal):
    """Programmes are told apart by name."""

    message = _l("There is a programme of this name already.")


class NoSuchMember(Refusal):
    """Nobody has an account with this address."""

    message = _l("There is no member with this address.")


class NotJoined(Refusal):
    """A programme is for those who joined it."""

    message = _l("Join this programme first. You can leave it at any time.")


class ProgrammeClosed(Refusal):
    """A programme takes nobody in."""

    message = _l("This programme takes nobody in at the moment.")


class NotForThem(Refusal):
    """A programme is for some only, by what they say of themselves."""

    message = _l("This programme is for some of our members, and your profile does not say that you are one of them.")


class NotTogether(Refusal):
    """The two are not both in the programme, or their roles do not meet."""

    message = _l("This person does not take part in that at the moment.")


class NoPlaceForMe(Refusal):
    """All my places in the programme are taken."""

    message = _l("You have no free place in this programme at the moment. A place is free again when a match ends.")


class NoPlaceForThem(Refusal):
    """All their places are taken."""

    message = _l("%(name)s has found somebody in the meantime. Your question was welcome all the same.")


class AskedAlready(Refusal):
    """One question at a time."""

    message = _l("You have asked %(name)s already. You will hear from us when there is news.")


class TalkingAlready(Refusal):
    """They are matched."""

    message = _l("You and %(name)s have found each other already.")


class TooManyQuestions(Refusal):
    """A new account asks few people a day."""

    message = _l("You have asked %(most)s people today. Give them a little time; you can ask more people tomorrow.")


class HeldBack(Refusal):
    """A first note brings no links, addresses or numbers."""

    message = _l(
        "Please leave out links, mail addresses and phone numbers for now. Once you have both said yes, you can write "
        "whatever you like."
    )


class SameWords(Refusal):
    """The same words to many are no question to anybody."""

    message = _l("You have sent these words to others already. Please write a few words just for this person.")


class LongNote(Refusal):
    """A note is short."""

    message = _l("Please keep it short: %(most)s signs at most.")


class OneToThreeTimes(Refusal):
    """An offer has times to choose from."""

    message = _l("Choose one, two or three times that suit you.")


class NoSuchTime(Refusal):
    """The time is not among those offered, or it has passed."""

    message = _l("This time is not offered any more. Please choose another.")


class PublicPlaceNeeded(Refusal):
    """A first meeting has a public place."""

    message = _l("Choose a public place for your first meeting.")


class NotYet(Refusal):
    """The meeting still has to happen."""

    message = _l("This meeting has not been yet. We ask you the day after.")
