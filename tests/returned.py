"""Sixty letters that came back, written by hand in the shapes that mail servers give them.

``{verp}`` is where the letter was sent back to, ``{to}`` whom it was for. Each has a name and what it means.
"""

from dataclasses import dataclass
from textwrap import dedent

HARD, SOFT, COMPLAINT, DELAYED = "hard", "soft", "complaint", "delayed"
VACATION, DELIVERED, OTHER = "vacation", "delivered", "other"


@dataclass(frozen=True)
class Sample:
    """One letter, and what it means."""

    name: str
    verdict: str
    text: str

    def as_bytes(self, verp: str, to: str) -> bytes:
        """Return the letter as it comes in."""
        text = self.text.replace("{verp}", verp).replace("{to}", to)
        return text.replace("\n", "\r\n").encode()


def report(
    name: str,
    verdict: str,
    words: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    code: str = "",
    sender: str = "MAILER-DAEMON@mx.example.net (Mail Delivery System)",
    subject: str = "Undelivered Mail Returned to Sender",
    more: str = "",
    part: str = "",
) -> Sample:
    """Write a delivery status notification."""
    diagnostic = f"Diagnostic-Code: {code}\n" if code else ""
    machine = "Reporting-MTA: dns; mx.example.net\nArrival-Date: Fri, 20 Nov 2026 09:00:00 +0000\n\n"
    machine += f"Final-Recipient: rfc822; {{to}}\nAction: {action}\nStatus: {status}\n{diagnostic}{part}"
    text = (
        f"Return-Path: <>\nFrom: {sender}\nTo: {{verp}}\nSubject: {subject}\n"
        f"Date: Fri, 20 Nov 2026 09:01:00 +0000\nMessage-ID: <1@mx.example.net>\n{more}MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"\n\n'
        f"--=_b\nContent-Type: text/plain; charset=utf-8\n\n{words}\n\n"
        f"--=_b\nContent-Type: message/delivery-status\n\n{machine}\n"
        "--=_b\nContent-Type: text/rfc822-headers\n\n"
        "Return-Path: <{verp}>\nFrom: Welcome <hello@welcome.example>\nTo: {to}\nSubject: Soup and stories\n\n--=_b--\n"
    )
    return Sample(name, verdict, text)


def plain(name: str, verdict: str, headers: str, body: str) -> Sample:
    """Write a letter of words alone."""
    return Sample(name, verdict, f"{dedent(headers).strip()}\nTo: {{verp}}\n\n{dedent(body).strip()}\n")


def feedback(name: str, verdict: str, kind: str, agent: str) -> Sample:
    """Write a complaint (ARF)."""
    return Sample(
        name,
        verdict,
        f"From: feedback@{agent}\nTo: abuse@welcome.example\nSubject: FW: Soup and stories\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="=_f"\n\n'
        "--=_f\nContent-Type: text/plain\n\nThis is an email abuse report.\n\n"
        f"--=_f\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: {agent}/1.0\nVersion: 1\n"
        "Original-Mail-From: <{verp}>\nArrival-Date: Fri, 20 Nov 2026 09:00:00 +0000\n\n"
        "--=_f\nContent-Type: message/rfc822\n\nReturn-Path: <{verp}>\nFrom: Welcome <hello@welcome.example>\n"
        "To: {to}\nSubject: Soup and stories\n\nHello!\n\n--=_f--\n",
    )


POSTFIX = (
    "This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your message could not\n"
)
EXIM = "From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nReturn-Path: <>\n"

SAMPLES = (
    # nobody lives there, machine-readable
    report("postfix-unknown", HARD, POSTFIX, code="smtp; 550 5.1.1 <{to}>: Recipient address rejected: User unknown"),
    report("postfix-local", HARD, POSTFIX, code='X-Postfix; unknown user: "carol"'),
    report("postfix-no-domain", HARD, POSTFIX, status="5.4.4",
           code="X-Postfix; Host or domain name not found. Name service error for name=nowhere.example type=A"),
    report("sendmail-unknown", HARD, "   ----- The following addresses had permanent fatal errors -----",
           code="SMTP; 550 5.1.1 <{to}>... User unknown", subject="Returned mail: see transcript for details"),
    report("exim-dsn", HARD, "This message was created automatically by mail delivery software.", status="5.0.0",
           code="smtp; 550 Unrouteable address", more="X-Failed-Recipients: {to}\nAuto-Submitted: auto-replied\n"),
    report("gmail-no-such-user", HARD, "** Address not found **",
           code="smtp; 550-5.1.1 The email account that you tried to reach does not exist. 550 5.1.1 NoSuchUser",
           sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
           subject="Delivery Status Notification (Failure)", more="Auto-Submitted: auto-replied\n"),
    report("gmail-disabled", HARD, "** Message blocked **", status="5.2.1",
           code="smtp; 550-5.2.1 The email account that you tried to reach is disabled."),
    report("exchange-online", HARD, "Your message couldn't be delivered", status="5.1.10",
           code="smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
           sender="Microsoft Outlook <MicrosoftExchange329e71ec@tenant.example>", subject="Undeliverable: Soup"),
    report("outlook-com", HARD, "This is the mail system at host outlook.example.", status="5.5.0",
           code="smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."),
    report("yahoo-554", HARD, POSTFIX, status="5.0.0",
           code="smtp; 554 delivery error: dd Not a valid recipient - This user doesn't have a yahoo.example account"
                " (carol@yahoo.example) [0] - mailbox not found"),
    report("icloud", HARD, POSTFIX, code="smtp; 550 5.1.1 <{to}>: user does not exist"),
    report("opensmtpd", HARD, "Hi! This is the MAILER-DAEMON, please DO NOT REPLY to this email.",
           code="smtp; 550 5.1.1 Invalid recipient: {to}"),
    report("zimbra", HARD, POSTFIX, code="smtp; 550 5.1.1 <{to}>: Recipient address rejected: zimbra.example"),
    report("courier", HARD, "This is a delivery status notification, automatically generated by MTA mx.example.net.",
           status="5.1.0", code="smtp; 550 User unknown."),
    report("haraka", HARD, "Hi. This is the Haraka mailer.", code="smtp; 550 I cannot deliver mail for {to}"),
    report("amazon-ses", HARD, "An error occurred while trying to deliver the mail to the following recipients:",
           code="smtp; 550 5.1.1 user unknown", sender="MAILER-DAEMON@eu-west-1.ses.example"),
    report("bad-syntax", HARD, POSTFIX, status="5.1.3", code="smtp; 501 5.1.3 Bad recipient address syntax"),
    report("moved-away", HARD, POSTFIX, status="5.1.6", code="smtp; 551 5.1.6 Recipient no longer on server"),
    report("null-mx", HARD, POSTFIX, status="5.1.10", code="X-Postfix; Domain nowhere.example does not accept mail"),
    report("lmtp-dovecot", HARD, POSTFIX, code="smtp; 550 5.1.1 <{to}> User doesn't exist: carol"),
    report("two-recipients-one-unknown", HARD, POSTFIX, code="smtp; 550 5.1.1 user unknown",
           part="\nFinal-Recipient: rfc822; other@example.net\nAction: delivered\nStatus: 2.0.0\n"),
    report("utf8-status", HARD, "Sorry", code="smtp; 550 5.1.1 \u00a1Usuario desconocido! user unknown"),
    # not now, machine-readable
    report("postfix-full", SOFT, POSTFIX, status="5.2.2", code="smtp; 552 5.2.2 <{to}>: user is over quota"),
    report("gmail-full", SOFT, "** Inbox full **", status="5.2.2",
           code="smtp; 552-5.2.2 The email account that you tried to reach is over quota."),
    report("too-large", SOFT, POSTFIX, status="5.3.4", code="smtp; 552 5.3.4 Message size exceeds fixed limit"),
    report("expired", SOFT, POSTFIX, status="4.4.1", code="X-Postfix; connect to mx.example.net: Connection timed out"),
    report("expired-exchange", SOFT, "Delivery has failed", status="5.4.7", code="smtp;550 4.4.7 QUEUE.Expired"),
    report("blocked-as-spam", SOFT, POSTFIX, status="5.7.1",
           code="smtp; 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.example"),
    report("dmarc-refused", SOFT, POSTFIX, status="5.7.26", code="smtp; 550-5.7.26 Unauthenticated email is not accepted"),
    report("greylisted-for-days", SOFT, POSTFIX, status="4.7.1", code="smtp; 451 4.7.1 Greylisting in action"),
    report("loop", SOFT, POSTFIX, status="5.4.6", code="smtp; 554 5.4.6 Too many hops"),
    report("no-reason", SOFT, POSTFIX, status="5.0.0"),
    report("relay-denied", SOFT, POSTFIX, status="5.7.1", code="smtp; 554 5.7.1 <{to}>: Relay access denied"),
    report("sender-rejected", SOFT, POSTFIX, status="5.1.8", code="smtp; 550 5.1.8 Sender address rejected"),
    report("temporary-5xx", SOFT, POSTFIX, status="5.3.0", code="smtp; 554 5.3.0 Other mail system problem"),
    report("disk-full", SOFT, POSTFIX, status="4.3.1", code="smtp; 452 4.3.1 Insufficient system storage"),
    # no failure at all
    report("postfix-delay", DELAYED, POSTFIX, action="delayed", status="4.4.1", subject="Delayed Mail (still being retried)"),
    report("exchange-delay", DELAYED, "Delivery is delayed", action="delayed", status="4.4.7"),
    report("receipt", DELIVERED, "Your message was delivered.", action="delivered", status="2.1.5"),
    report("relayed", DELIVERED, "Relayed to a server that sends no receipts.", action="relayed", status="2.0.0"),
    # words alone
    plain("qmail", HARD, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: failure notice", """
        Hi. This is the qmail-send program at mx.example.net.
        I'm afraid I wasn't able to deliver your message to the following addresses.

        <{to}>:
        Sorry, no mailbox here by that name. (#5.1.1)

        --- Below this line is a copy of the message.
        Reply code 450, just in case.
    """),
    plain("qmail-remote", HARD, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: failure notice", """
        Hi. This is the qmail-send program at mx.example.net.

        <{to}>:
        192.0.2.9 does not like recipient.
        Remote host said: 550 5.1.1 unknown or illegal alias: {to}
        Giving up on 192.0.2.9.
    """),
    plain("qmail-full", SOFT, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: failure notice", """
        Hi. This is the qmail-send program at mx.example.net.

        <{to}>:
        The users mailfolder is over the allowed quota (size). (#5.2.2)
    """),
    plain("exim-plain", HARD, EXIM + "X-Failed-Recipients: {to}\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed", """
        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.
          {to}
            host mx.other.example [192.0.2.5]
            SMTP error from remote mail server after RCPT TO:<{to}>:
            550 No such person at this address

        ------ This is a copy of the message, including all the headers. ------
    """),
    plain("exim-unrouteable", HARD, EXIM + "X-Failed-Recipients: {to}\nSubject: Mail delivery failed: returning message to sender", """
        A message that you sent could not be delivered to one or more of its recipients.

          {to}
            Unrouteable address
    """),
    plain("exim-warning", DELAYED, EXIM + "Subject: Warning: message 1kX delayed 24 hours", """
        This message has been on the queue for more than 24 hours on mx.example.net.
        Delivery attempts will continue to be made for some time.
    """),
    plain("notes", HARD, "Return-Path: <>\nFrom: Postmaster@notes.example\nSubject: DELIVERY FAILURE", """
        Your message  Subject: Soup and stories
        was not delivered to:  {to}
        because:  User carol (carol@notes.example) not listed in Domino Directory
    """),
    plain("mdaemon", HARD, "Return-Path: <>\nFrom: MAILER-DAEMON@mdaemon.example\nSubject: Permanent Delivery Failure", """
        The attached message had PERMANENT fatal delivery errors!

        RCPT To:<{to}>
        550 <{to}>, Recipient unknown
    """),
    plain("no-words", SOFT, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: Undeliverable", "See attachment."),
    # answers of people's mailboxes
    plain("vacation-rfc", VACATION, "From: Carol <carol@welcome.example>\nAuto-Submitted: auto-replied (vacation)\nSubject: Auto: Soup", """
        I am away until Monday. 550 people will miss me.
    """),
    plain("gmail-vacation", VACATION, "From: Carol <c@gmail.example>\nAuto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes\nSubject: Re: Soup", """
        I no longer read this mailbox. Write to somebody else.
    """),
    plain("exchange-oof", VACATION, "From: Carol <c@office.example>\nX-Auto-Response-Suppress: All\nSubject: Automatic reply: Soup and stories", """
        I do not work on Fridays.
    """),
    plain("old-vacation", VACATION, "From: Carol <c@old.example>\nPrecedence: auto_reply\nSubject: away from my mail", "Back soon."),
    plain("dutch-office", VACATION, "From: Carol <c@kantoor.example>\nAuto-Submitted: auto-replied\nSubject: Niet aanwezig", "Tot maandag."),
    # complaints
    feedback("arf-abuse", COMPLAINT, "abuse", "hotmail.example"),
    feedback("arf-fraud", COMPLAINT, "fraud", "yahoo.example"),
    feedback("arf-other", COMPLAINT, "other", "comcast.example"),
    feedback("arf-not-spam", OTHER, "not-spam", "aol.example"),
    # neither
    plain("a-person", OTHER, "From: Carol <carol@welcome.example>\nSubject: Re: Soup and stories", "Thank you, I come!"),
    plain("challenge", OTHER, "From: Guard <guard@mail.example>\nSubject: Please confirm your message", "Click here, or 550."),
)  # fmt: skip
