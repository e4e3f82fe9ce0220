"""Reading a case: who the person is and what they eat, take, have, feel and were measured.

``Case.read``, ``Case.parse`` and ``Case.from_mapping`` never drop what was typed: it is understood, or it is an issue.
"""

from __future__ import annotations

from repletion.case.document import CaseError
from repletion.case.model import Case, Lab, Person, Understood

__all__ = ["Case", "CaseError", "Lab", "Person", "Understood"]
