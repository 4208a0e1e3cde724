"""The silhouette coefficient must be Rousseeuw's, and a sample must come close to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.segments import silhouettes
from reportgen.segments.silhouettes import measure_silhouettes
from tests.made import make_blobs, make_features

points = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 3)), min_size=3, max_size=25)


def naive_silhouette(matrix: np.ndarray, labels: np.ndarray) -> float:
    """Compute the mean coefficient by definition, customer by customer."""
    values = []
    for i, point in enumerate(matrix):
        distances = np.sqrt(((matrix - point) ** 2).sum(axis=1))
        own = [distances[j] for j in range(len(matrix)) if j != i and labels[j] == labels[i]]
        if not own:
            values.append(0.0)
            continue
        a = np.mean(own)
        b = min(distances[labels == other].mean() for other in set(labels.tolist()) - {labels[i]})
        values.append((b - a) / max(a, b) if max(a, b) > 0 else 0.0)
    return float(np.mean(values))


@given(points)
def test_it_is_the_definition(rows: list[tuple[int, int, int]]) -> None:
    """The coefficient equals the one computed by definition; one cluster, or one each, has none."""
    matrix, labels = np.array([row[:2] for row in rows], dtype=float), np.array([row[2] for row in rows])
    found = measure_silhouettes(make_features(matrix), {3: labels}, random_state=0)
    if 1 < len(set(labels.tolist())) < len(rows):
        assert found[3] == pytest.approx(naive_silhouette(matrix, labels), abs=1e-9)
    else:
        assert found == {}


def test_several_clusterings_in_one_pass() -> None:
    """Measured together, each clustering gets the coefficient that it gets alone."""
    features = make_blobs([30, 30, 30], [[0, 0], [5, 0], [0, 5]])
    labels = {2: np.repeat([0, 1, 1], 30), 3: np.repeat([0, 1, 2], 30), 4: np.arange(90) % 4}
    together = measure_silhouettes(features, labels, random_state=0)
    for k, one in labels.items():
        assert together[k] == pytest.approx(naive_silhouette(features.matrix, one), abs=1e-9)


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few distances fit in memory at once, the coefficient is the same."""
    features, labels = make_blobs([40, 40], [[0, 0], [3, 0]], spread=1), np.repeat([0, 1], 40)
    whole = measure_silhouettes(features, {2: labels}, random_state=0)
    monkeypatch.setattr(silhouettes, "CHUNK_MB", 0.002)
    assert measure_silhouettes(features, {2: labels}, random_state=0) == pytest.approx(whole)


def test_a_sample_comes_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample of a fifth gives nearly the coefficient of all, the same one for the same seed."""
    features = make_blobs([900, 500, 100], [[0, 0], [3, 0], [0, 3]], spread=1)
    labels = {3: np.repeat([0, 1, 2], [900, 500, 100])}
    exact = naive_silhouette(features.matrix, labels[3])
    monkeypatch.setattr(silhouettes, "EXACT_UP_TO", 300)
    sampled = measure_silhouettes(features, labels, random_state=0)
    assert sampled[3] != pytest.approx(exact, abs=1e-6)
    assert sampled[3] == pytest.approx(exact, abs=0.05)
    assert measure_silhouettes(features, labels, random_state=0) == sampled


@pytest.mark.parametrize("more", [1, 3, 8, 500])
def test_any_number_above_the_bound_can_be_sampled(monkeypatch: pytest.MonkeyPatch, more: int) -> None:
    """Just above the bound, with fewer customers left over than clusters or one alone in its own, it works too."""
    monkeypatch.setattr(silhouettes, "EXACT_UP_TO", 200)
    n = 200 + more
    labels = {6: np.arange(n) % 6, 8: np.minimum(np.arange(n), 7)}
    found = measure_silhouettes(make_features(np.arange(n, dtype=float)[:, None]), labels, random_state=0)
    assert all(-1 <= value <= 1 for value in found.values())
    assert set(found) == {6, 8}


def test_a_sample_keeps_the_proportions() -> None:
    """Each cluster is in the sample in proportion to its size, and nobody is in it twice."""
    finest = np.repeat([0, 1, 2], [700, 200, 100])
    picked = silhouettes.pick_in_proportion(finest, 100, 0)
    assert len(set(picked.tolist())) == 100
    np.testing.assert_allclose(np.bincount(finest[picked]), [70, 20, 10], atol=1)
