"""Flask-Security speaks with our sentences: each one that a page of ours can say is in our catalogues' reach."""

import inspect
import re

from flask_security import change_email, core, views
from flask_security import forms as library_forms

from welcome.accounts.sentences import SENTENCES

PAGES = (
    *(views.login, views.verify, views.logout, views.register, views.send_confirmation),
    *(views.forgot_password, views.reset_password, views.change_password, change_email.change_email),
)
FORMS = (
    *(library_forms.LoginForm, library_forms.VerifyForm, library_forms.RegisterFormV2),
    *(library_forms.SendConfirmationForm, library_forms.ForgotPasswordForm, library_forms.ResetPasswordForm),
    *(library_forms.ChangePasswordForm, library_forms.EmailValidation, library_forms.IsString),
    *(library_forms.unique_user_email, library_forms.valid_user_email, library_forms.NextFormMixin),
)


def test_every_sentence_that_our_pages_can_say_is_ours() -> None:
    sources = "".join(inspect.getsource(part) for part in (*PAGES, *FORMS))
    said = set(re.findall(r'(?:get_message\(\s*|message=|replace_msg=)"([A-Z_]+)"', sources))
    assert {"CONFIRM_REGISTRATION", "INVALID_PASSWORD"} & said
    assert said <= set(SENTENCES)


def test_no_sentence_is_misnamed() -> None:
    assert set(SENTENCES) <= set(core._default_messages)


def test_our_sentences_need_no_word_that_the_library_does_not_give() -> None:
    for name, (sentence, _category) in SENTENCES.items():
        needed = set(re.findall(r"%\((\w+)\)", sentence))
        assert needed <= set(re.findall(r"%\((\w+)\)", str(core._default_messages[name][0]))), name
