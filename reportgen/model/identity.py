"""What a segment is known by, from month to month, in the facts and to the next report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SegmentIdentity:
    """What a segment is known by, from month to month."""

    colour: int
    """Place in the palette, from 1; with the month it tells one segment from another."""
    since: str
    """Month `YYYY-MM` in which it was first reported."""
    name: str
    """Shown name, unique in a report."""
    is_own: bool
    """Whether the config gave the name."""

    @property
    def key(self) -> str:
        """What tells one segment from another in all reports of a store."""
        return f"{self.colour} {self.since}"

    @property
    def phrase(self) -> str:
        """The name as it stands within a sentence: ``frequent buyers with big baskets``; an own name stays as it is."""
        if self.is_own:
            return f"“{self.name}”"
        return f"{self.name[0].lower()}{self.name[1:]}".replace(", ", " with ", 1)


class Identified:
    """What has an identity, read as if it were its own: mixed into the values of a segment."""

    __slots__ = ()
    identity: SegmentIdentity

    @property
    def name(self) -> str:
        """Shown name."""
        return self.identity.name

    @property
    def phrase(self) -> str:
        """The name as it stands within a sentence."""
        return self.identity.phrase

    @property
    def colour(self) -> int:
        """Place in the palette."""
        return self.identity.colour


@dataclass(frozen=True, slots=True)
class SegmentName:
    """What a segment is called, and the kind that it is called so for."""

    kind: str
    recency: str | None
    name: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class KnownAs(Identified):
    """An identity with what it was given for.

    Attributes
    ----------
    identity : SegmentIdentity
        What the segment is known by.
    kind : str
        The kind that it has its name from.
    recency : {'recent', 'lapsed'} or None
        The qualifier in it.
    formerly : str or None
        The name that it had in the previous report, where that was another.
    """

    identity: SegmentIdentity
    kind: str
    recency: str | None
    formerly: str | None = None

    @property
    def segment_name(self) -> SegmentName:
        """The name with what it was given for."""
        return SegmentName(self.kind, self.recency, self.identity.name, self.identity.is_own)

    @classmethod
    def give(cls, name: SegmentName, colour: int, since: str, formerly: str | None = None) -> KnownAs:
        """Give a segment its name and colour, and say what it was called before."""
        was = None if formerly == name.name else formerly
        return cls(SegmentIdentity(colour, since, name.name, name.is_own), name.kind, name.recency, was)


@dataclass(frozen=True, slots=True)
class KnownSegment(Identified):
    """What an archived report knows of one segment, so that the next can know it again.

    Attributes
    ----------
    known_as : KnownAs
        What it is known by.
    customers, amount : int
        As printed; money in ten-thousandths. Both 0 when nobody was in it.
    fitted_share : float
        Its share of customers when the model was fitted.
    """

    known_as: KnownAs
    customers: int
    amount: int
    fitted_share: float

    @property
    def identity(self) -> SegmentIdentity:  # type: ignore[override]
        """What it is known by."""
        return self.known_as.identity
