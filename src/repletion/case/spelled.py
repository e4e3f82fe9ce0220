"""Names whose letters alone allow that they are spelled like some words.

To compare words letter by letter with every name of the knowledge takes milliseconds.  How often each letter stands in
them bounds how alike they can be, and leaves a few names in a hundred to compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PLACES = 32
"""Letters are counted by the last five bits of their code; where several share a place the bound is only weaker."""


class Spelled:
    """Texts by name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        import numpy as np

        self.names, self.texts = list(texts), list(texts.values())
        self._letters = np.ascontiguousarray(_counts(self.texts).T)
        self._sizes = np.array([len(text) for text in self.texts])

    def like(self, text: str, least: float) -> dict[str, str]:
        """Those, in their order, whose likeness to ``text`` may be ``least`` percent or more.

        Likeness is 1 less the letters to put in and to take out, as a share of the letters of both; and at least as
        many are put in or taken out as the counts of letters differ by.
        """
        import numpy as np

        apart = np.abs(self._letters - _counts([text]).T).sum(axis=0, dtype=np.int32)
        close = np.flatnonzero(100 * apart <= (100 - least + 1e-6) * (self._sizes + len(text)))
        return {self.names[k]: self.texts[k] for k in close.tolist()}


def _counts(texts: Sequence[str]) -> NDArray[np.int16]:
    """How often each place is taken, (texts, places)."""
    import numpy as np

    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32) % _PLACES
    text = np.repeat(np.arange(len(texts)), [len(one) for one in texts])
    found = np.bincount(text * _PLACES + codes, minlength=len(texts) * _PLACES)
    return found.reshape(-1, _PLACES).astype(np.int16)
