"""Calibration: confidence that can be trusted, and the rejection of non-digits.

A network's softmax is overconfident. Dividing its logits by one number, the temperature, corrects
most of that without changing any answer (Guo, Pleiss, Sun and Weinberger 2017, "On calibration
of modern neural networks"). How much a drawing looks like a digit at all is measured by the
free energy of the logits (Liu, Wang, Owens and Li 2020, "Energy-based out-of-distribution
detection").
"""

import numpy as np
from numpy.typing import NDArray

from mnist_core.extras import require
from mnist_core.intervals import bootstrap_interval, wilson_interval
from mnist_core.models.cards import Calibration, OODMetrics

Floats = NDArray[np.float32]

REJECT_RATE = 0.02  # share of true digits that may be rejected as non-digits
ABSTAIN_RATE = 0.01  # share of true digits that may be answered with two candidates
LABEL_NOISE = (
    0.0015  # share of wrong labels: 15 of MNIST's 10,000 (Northcutt, Athalye and Mueller 2021)
)
MAX_ABSTAIN_THRESHOLD = 0.9  # never abstain at 90 % confidence or more


def probabilities_of(logits: Floats, temperature: float) -> Floats:
    """Return the softmax of logits (..., 10) at a temperature."""
    scaled = logits / np.float32(temperature)
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def digitness_of(logits: Floats) -> Floats:
    """Return the digitness of logits (..., 10): their negative free energy, a log-sum-exp."""
    most = logits.max(axis=-1)
    return np.asarray(most + np.log(np.exp(logits - most[..., None]).sum(axis=-1)), np.float32)


def cross_entropy(probabilities: Floats, labels: NDArray[np.uint8]) -> float:
    """Return the mean negative log-likelihood of the true digits, in nats."""
    true = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(true, np.finfo(np.float32).tiny)).mean())


def calibrate(logits: Floats, labels: NDArray[np.uint8], fitted_on: str) -> Calibration:
    """Fit the temperature and thresholds on digits outside the training set.

    The thresholds give a coverage of at least 97 % on these digits.

    Args:
        logits: float32 (n, 10), n at least 1.
        labels: uint8 (n,).
        fitted_on: a description of these digits, for the card.
    """
    temperature = fit_temperature(logits, labels)
    confidence = probabilities_of(logits, temperature).max(axis=1)
    return Calibration(
        temperature=temperature,
        least_digitness=float(np.quantile(digitness_of(logits), REJECT_RATE)),
        least_confidence=min(float(np.quantile(confidence, ABSTAIN_RATE)), MAX_ABSTAIN_THRESHOLD),
        fitted_on=fitted_on,
    )


def fit_temperature(logits: Floats, labels: NDArray[np.uint8]) -> float:
    """Return the temperature from 0.05 to 20 that makes the labels most likely.

    A few labels are wrong. If all were believed, a handful of confident readings of such digits
    would make thousands of others look overconfident.
    """
    require("train", "scipy")
    from scipy.optimize import minimize_scalar  # slow to import, and reading never needs it

    def loss(log_temperature: float) -> float:
        probabilities = probabilities_of(logits, float(np.exp(log_temperature)))
        return cross_entropy(
            (1 - LABEL_NOISE) * probabilities + np.float32(LABEL_NOISE / 10), labels
        )

    best = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded")
    return float(np.exp(best.x))


def is_accepted(logits: Floats, calibration: Calibration) -> NDArray[np.bool_]:
    """Return which of logits (n, 10) get the verdict "digit": neither rejected nor unsure."""
    confidence = probabilities_of(logits, calibration.temperature).max(axis=-1)
    is_digit = digitness_of(logits) >= calibration.least_digitness
    return np.asarray(is_digit & (confidence >= calibration.least_confidence))


def measure_ood(outliers: Floats, digits: Floats, calibration: Calibration) -> OODMetrics:
    """Return how well outliers (pictures that show no digit) are separated from digits.

    Args:
        outliers: float32 (n, 10), logits of the outliers, n at least 1.
        digits: float32 (m, 10), logits of the digits, m at least 1.
        calibration: gives the thresholds.
    """
    accepted = is_accepted(outliers, calibration)
    scores = digitness_of(digits), digitness_of(outliers)
    return OODMetrics(
        n=len(accepted),
        called_digit=float(accepted.mean()),
        interval=wilson_interval(int(accepted.sum()), len(accepted)),
        auroc=auroc(*scores),
        auroc_interval=bootstrap_interval(auroc, *scores),
    )


def auroc(higher: Floats, lower: Floats) -> float:
    """Return the chance that one of `higher` exceeds one of `lower`; a tie counts half."""
    require("train", "scipy")
    from scipy.stats import mannwhitneyu  # slow to import, and reading never needs it

    return float(mannwhitneyu(higher, lower).statistic / (len(higher) * len(lower)))


def percent(probability: float) -> str:
    """Return a probability as a percentage, never rounded up to 100% or down to 0%."""
    if probability > 0.999:
        return ">99.9%"
    if probability < 0.001:
        return "<0.1%"
    return f"{probability:.1%}"
