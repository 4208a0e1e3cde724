"""What a look at a machine and at a config's surroundings shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "optional", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    area : str
        What it is a part of, such as `fonts`.
    name : str
        What was looked at.
    state : {'ok', 'optional', 'fault'}
        `optional`: not there, and only some configs need it; `fault`: not there or not working, and needed.
    detail : str
        What was found.
    hint : str
        What to do; empty where nothing is to be done.
    """

    area: str
    name: str
    state: State
    detail: str
    hint: str = ""
