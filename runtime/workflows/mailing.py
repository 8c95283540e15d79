"""Mail: one message at a time through the mail server of the house, over a connection that is kept while there is more."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, formataddr
from typing import Any

from runtime.accounts.sending import Sending, is_address, is_line
from runtime.errors import Problem
from runtime.workflows.failed import Unsent


class Post:
    """The way to the mail server; opened at the first message, closed at the end."""

    def __init__(self, sending: Sending, password: str | None) -> None:
        self.sending, self._password = sending, password
        self._server: smtplib.SMTP | None = None

    def send(self, body: Mapping[str, Any], now: datetime) -> None:
        """Hand one message to the server; raises Unsent."""
        if not self.sending.host:
            raise Unsent(Problem("", "mail_not_set_up"))
        made = message(body, self.sending, now)
        try:
            self._through(made)
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()))[0]
            raise Unsent(Problem("to", "mail_refused", {"code": str(code)}), passing=code < 500) from None
        except smtplib.SMTPNotSupportedError:
            self.close()
            raise Unsent(Problem("", "mail_unsupported"), passing=False) from None
        except smtplib.SMTPAuthenticationError:
            self.close()
            raise Unsent(Problem("", "mail_password")) from None
        except smtplib.SMTPResponseException as error:
            self.close()
            raise Unsent(Problem("", "mail_refused", {"code": str(error.smtp_code)}), passing=error.smtp_code < 500) from None
        except ssl.SSLError:
            self.close()
            raise Unsent(Problem("", "mail_certificate", {"host": self.sending.host})) from None
        except (OSError, smtplib.SMTPException):
            self.close()
            raise Unsent(Problem("", "mail_unreachable", {"host": self.sending.host}), dead=True) from None

    def _through(self, made: EmailMessage) -> None:
        """By the connection that is open, or where the server has ended it meanwhile by a new one."""
        if self._server is not None:
            try:
                self._server.rset()
            except (OSError, smtplib.SMTPException):
                self.close()
        if self._server is None:
            self._server = self._opened()
        self._server.send_message(made)

    def _opened(self) -> smtplib.SMTP:
        own, name = self.sending, self.sending.sender.rpartition("@")[2].encode("idna").decode()  # asking the network for our name may take long
        if own.security == "ssl":
            server: smtplib.SMTP = smtplib.SMTP_SSL(own.host, own.port, name, timeout=own.patience, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(own.host, own.port, name, timeout=own.patience)
        try:
            if own.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if own.user:
                server.login(own.user, self._password or "")
        except UnicodeError:  # letters that no mail server takes; what it says quotes them
            server.close()
            raise Unsent(Problem("", "mail_password")) from None
        except BaseException:
            server.close()
            raise
        return server

    def close(self) -> None:
        """Say goodbye where anybody is there to hear it."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()


def message(body: Mapping[str, Any], sending: Sending, now: datetime) -> EmailMessage:
    """A message as it goes out; the same each time it is tried. A line break in a header or a second address is refused."""
    if not is_address(body["to"]) or not is_line(body["subject"]):
        raise Unsent(Problem("to", "mail_header"), passing=False)
    made = EmailMessage(POLICY)
    made["From"] = formataddr((sending.sender_name, sending.sender)) if sending.sender_name else sending.sender
    made["To"] = body["to"]
    made["Subject"] = body["subject"]
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{body['id']}@{sending.sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(body["text"])
    return made
