"""What can go wrong, and how it is said.

::

    RepletionError
    ├─ KnowledgeError   a knowledge file is wrong: path, field, what was expected
    ├─ UnknownName      asked by a programmer for a name that does not exist; nearest names given
    ├─ UnitError        not a unit, or not a unit of this analyte
    └─ InferenceError   the network cannot be evaluated

What a *person* typed is never an exception. It becomes an :class:`Issue` with a remedy, and the
assessment goes on with what is clear.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["note", "warning", "error"]


class RepletionError(Exception):
    """Root of every error that this package raises on purpose."""


class KnowledgeError(RepletionError):
    """A knowledge file breaks a rule; the message names the file, the field and the rule."""


class UnknownName(RepletionError):
    """A name that was asked for does not exist; the message gives the nearest ones."""


class UnitError(RepletionError):
    """A unit was not understood, or does not measure this quantity."""


class InferenceError(RepletionError):
    """The network could not be evaluated for this evidence."""


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the input that was not, or only partly, understood.

    ``level``: *note* (read, with a remark), *warning* (read in part, or doubtful), *error* (not used).
    ``where``: the place in the input (``labs[2]``, ``diary line 4``, ``text``).
    ``message``: what was wrong, quoting the input.  ``remedy``: what to type instead.
    """

    level: Level
    where: str
    message: str
    remedy: str
