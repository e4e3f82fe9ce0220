"""What the tests of the interface send."""

from typing import Any

TWITCH: dict[str, Any] = {
    "text": "my eyelid has been twitching for 3 weeks",
    "person": {"age": 41, "sex": "female"},
}
