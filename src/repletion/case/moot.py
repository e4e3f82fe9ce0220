"""What is known and moves nothing here: cough, an occupation, a time.  The words are data, in ``known.yaml``."""

from __future__ import annotations

from collections.abc import Sequence

from repletion.case.durations import Span
from repletion.case.matching import Match
from repletion.case.meanings import Setting, issue
from repletion.case.tokens import Phrase, Token
from repletion.errors import Issue

_GRAVE = "grave"  # the list of what is known but passed over only where it is denied
_WORDS_BESIDE = 3  # words that may stand beside what is known; of more something that matters may be missed


def moves_nothing(
    text: str, found: Sequence[Token], clause: Sequence[int], known: Sequence[Match], times: Sequence[Span],
    setting: Setting, denials: frozenset[Phrase],
) -> Issue | None:  # fmt: skip
    """The remark on a clause that names only what is known and moves nothing, or a time; none where much is left.

    What is grave is passed over only where it is denied.
    """
    denied = setting.section == "stated_negatives" or any((found[i].low,) in denials for i in clause)
    content = [i for i in clause if found[i].role == "word"]
    here = [m for m in known if set(m.at) & set(clause) and (denied or m.targets[0].id != _GRAVE)]
    named = {i for m in here for i in m.at}
    left = [i for i in content if i not in named and not any(s.start <= found[i].start < s.end for s in times)]
    if not here:
        said = text[found[content[0]].start : found[content[-1]].end]
        time = issue(
            "note", setting, f"“{said}” was read as a time; it names no complaint.", "Say what lasted, or came then."
        )
        return None if left else time
    if len(left) > max(_WORDS_BESIDE, 2 * len(named)):
        return None
    said = ", ".join(text[found[m.first].start : found[m.last].end] for m in here)
    return issue("note", setting, f"“{said}” is known; nothing here depends on it.", "Nothing to mend, if it is right.")
