"""Writes oracle.json: figures of scikit-learn for random probabilities, and its Platt scaling of random cosines.

Made with scikit-learn 1.9.1, SciPy and NumPy: python3 oracle.py > oracle.json
"""

import json

import numpy as np
from scipy.stats import binomtest
from sklearn.calibration import _SigmoidCalibration, calibration_curve
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_fscore_support

random = np.random.default_rng(16)


def expected_calibration_error(probabilities, shows, bins=10):
    observed, mean = calibration_curve(shows, probabilities, n_bins=bins)  # leaves out empty bins
    counts = np.histogram(probabilities, np.linspace(0, 1, bins + 1))[0]
    return float((counts[counts > 0] * np.abs(observed - mean)).sum() / len(probabilities))


def quality(media, labels):
    shows = random.random((media, labels)) < random.uniform(0.02, 0.4, labels)
    logits = random.normal(-1.5, 1, (media, labels)) + 2.5 * shows
    probabilities = 1 / (1 + np.exp(-logits))
    # ties in some columns, and none at the edge of a bin, which scikit-learn and Clipstream give to different bins
    probabilities[:, ::2] = (np.floor(probabilities[:, ::2] * 50) + 0.5) / 50
    probabilities = np.round(probabilities, 6)
    threshold = 0.5
    tagged = probabilities >= threshold
    each = precision_recall_fscore_support(shows, tagged, zero_division=0)
    micro = precision_recall_fscore_support(shows, tagged, average="micro", zero_division=0)
    macro = precision_recall_fscore_support(shows, tagged, average="macro", zero_division=0)
    return {
        "threshold": threshold,
        "probabilities": probabilities.T.tolist(),
        "shows": shows.T.astype(int).tolist(),
        "precision": each[0].tolist(),
        "recall": each[1].tolist(),
        "f1": each[2].tolist(),
        "averagePrecision": [average_precision_score(shows[:, j], probabilities[:, j]) for j in range(labels)],
        "brier": [brier_score_loss(shows[:, j], probabilities[:, j]) for j in range(labels)],
        "calibrationError": [expected_calibration_error(probabilities[:, j], shows[:, j]) for j in range(labels)],
        "micro": list(micro[:3]),
        "macro": list(macro[:3]),
        "allCalibrationError": expected_calibration_error(probabilities.ravel(), shows.ravel()),
        "allBrier": brier_score_loss(shows.ravel(), probabilities.ravel()),
    }


def platt(media, share, separation):
    shows = random.random(media) < share
    cosines = np.round(0.2 + 0.03 * (random.normal(0, 1, media) + separation * shows), 6)
    fitted = _SigmoidCalibration().fit(cosines, shows.astype(int))
    return {
        "cosines": cosines.tolist(),
        "shows": shows.astype(int).tolist(),
        "slope": -float(fitted.a_),
        "intercept": -float(fitted.b_),
    }


def wilson(successes, trials):
    # the lower end of the two-sided interval at 90 % is the one-sided floor at 95 %
    return [successes, trials, float(binomtest(successes, trials).proportion_ci(0.9, "wilson").low)]


print(json.dumps({
    "quality": [quality(60, 5), quality(17, 3)],
    "platt": [platt(120, 0.3, 2), platt(200, 0.08, 3), platt(60, 0.5, 8)],
    "wilson": [wilson(5, 5), wilson(45, 50), wilson(1, 30), wilson(0, 4)],
}, separators=(",", ":")))
