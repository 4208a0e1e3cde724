"""Says how the number of segments was chosen, and what the silhouette and the elbow say of it."""

from __future__ import annotations

from reportgen.model.method import Rules
from reportgen.model.segments import Choice
from reportgen.narrative.sentences import say_limit, say_undivided
from reportgen.text.formats import Formats

_BANDS = ((0.7, "strong"), (0.5, "reasonable"), (0.25, "weak"))
"""Kaufman & Rousseeuw 1990, for the silhouette coefficient."""


def write_choice(choice: Choice, rules: Rules, formats: Formats, *, has_verdict: bool = False) -> tuple[str, ...]:
    """Write how the number of segments was chosen, and what the silhouette and the elbow say.

    Parameters
    ----------
    choice : Choice
        How it was chosen.
    rules : Rules
        The bounds that it was chosen by.
    formats : Formats
        How numbers are written.
    has_verdict : bool
        Whether it is said elsewhere if the segments shade into one another.
    """
    if choice.chosen_by == "undivided":
        return (say_undivided(choice.limit, formats),)
    if choice.chosen_by == "bands":
        return ()
    taken = choice.n_clusters
    notes = [_say_choice(choice, rules, formats)]
    if taken in choice.silhouette:
        value = choice.silhouette[taken]
        band = next((word for bound, word in _BANDS if value > bound), "no")
        is_blurred = value <= 0.5 and not has_verdict
        blur = ": the groups shade into one another, so read a border as a useful cut, not a wall" if is_blurred else ""
        scale = f"is {band} structure on Kaufman and Rousseeuw's scale"
        notes.append(f"A silhouette of {formats.decimal(value, 2)} {scale}{blur}.")
    if choice.elbow_at is not None and len(choice.silhouette) > 1:
        agrees = "agrees: it is" if choice.elbow_at == taken else "disagrees: it is"
        notes.append(f"The elbow of the inertia {agrees} at {choice.elbow_at}.")
    elif len(choice.inertia) > 2:
        notes.append("The inertia has no clear elbow.")
    if choice.silhouette_sample is not None:
        notes.append(f"The silhouette is computed on a sample of {formats.count(choice.silhouette_sample)} customers.")
    if choice.limit is not None:
        notes.append(f"The range was cut short: {say_limit(choice.limit, formats)}.")
    return tuple(notes)


def _say_choice(choice: Choice, rules: Rules, formats: Formats) -> str:
    taken, best = choice.n_clusters, choice.best_silhouette_at
    if choice.chosen_by == "kept":
        return f"The {taken} segments are those of an earlier month; what changed says why they were kept."
    if choice.chosen_by == "fixed":
        return f"The config asks for {taken} segments." if choice.limit is None else f"There are {taken} segments."
    if choice.chosen_by == "stays":
        return _say_stays(choice, rules, formats)
    numbers = f"Of {min(choice.silhouette)} to {max(choice.silhouette)} segments"
    if choice.chosen_by == "elbow" and choice.elbow_at == taken:
        return f"{numbers}, {taken} was taken because the elbow of the inertia is there."
    if best == taken or best is None:
        return f"{numbers}, {taken} has the highest silhouette ({formats.decimal(choice.silhouette[taken], 3)})."
    own, top = formats.decimal(choice.silhouette[taken], 3), formats.decimal(choice.silhouette[best], 3)
    near = formats.decimal(rules.near_best, 2)
    return (
        f"{numbers}, {taken} is the smallest whose silhouette ({own}) is within {near} of the best ({top} at {best})."
    )


def _say_stays(choice: Choice, rules: Rules, formats: Formats) -> str:
    taken, best = choice.n_clusters, choice.best_silhouette_at
    stays = f"The number of segments stays at the {taken} of the previous report"
    if best is None or not choice.outdone_for:
        return f"{stays}: no other is clearly better."
    months = "this month" if choice.outdone_for == 1 else f"in {choice.outdone_for} reports in a row"
    own, top = formats.decimal(choice.silhouette[taken], 3), formats.decimal(choice.silhouette[best], 3)
    by = f"today the silhouette is {top} at {best} and {own} at {taken}"
    until = (
        "" if rules.lasting_reports is None else f"; it is taken when that lasts for {rules.lasting_reports} reports"
    )
    return f"{stays}. Another has been clearly better {months} ({by}){until}."
