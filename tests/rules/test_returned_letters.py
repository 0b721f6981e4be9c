"""Each of sixty letters that came back is read for what it is."""

from email import message_from_bytes, policy

import pytest

from tests.returned import HARD, SAMPLES
from welcome.post import classifying
from welcome.post.classifying import classify

VERP = "bounces+42-abcdefghijklmnop@welcome.example"


def verdict(sample):
    return classify(message_from_bytes(sample.as_bytes(VERP, "carol@welcome.example"), policy=policy.default)).verdict


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_it_is_read_for_what_it_is(sample):
    assert verdict(sample) == sample.verdict


def test_there_are_sixty_of_every_kind():
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES) == 60
    assert {sample.verdict for sample in SAMPLES} == set(classifying.Verdict)


def test_a_reader_who_looks_at_codes_alone_would_be_noticed(monkeypatch):
    monkeypatch.setattr(classifying, "NOBODY", classifying.re.compile("(?!)"))
    missed = [sample.name for sample in SAMPLES if verdict(sample) != sample.verdict]
    assert missed
    assert all(sample.verdict == HARD for sample in SAMPLES if sample.name in missed)


def test_a_head_that_the_parser_stumbles_over_says_nothing():
    raw = b"Content-Type: multipart/ret; bou" + bytes(7) + b"\x0e*\r\n--x\ronten\n"
    assert classifying.read(raw).verdict == classifying.Verdict.OTHER


@pytest.mark.parametrize("cut", [0, 1, 80, 300, 700])
def test_half_a_letter_breaks_nothing(cut):
    for sample in SAMPLES:
        raw = sample.as_bytes(VERP, "carol@welcome.example")
        for part in (raw[:cut], raw[cut:], raw[cut:].replace(b"message/", b"Message/")):
            classify(message_from_bytes(part, policy=policy.default))
