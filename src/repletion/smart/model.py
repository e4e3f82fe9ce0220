"""What goes wrong on the way to a record, in words for the person who asked for it."""

from __future__ import annotations

from repletion.errors import RepletionError


class SmartError(RepletionError):
    """The record could not be reached or read; says where it stopped and what to do, and nothing of the record."""

    def __init__(
        self, message: str, remedy: str = "Start again; if it happens again, ask who runs this server."
    ) -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message, self.remedy = message, remedy


class Expired(SmartError):
    """The permission has run out or was taken back."""
