"""Making confidence honest, and knowing what is no digit.

A network's softmax is too sure of itself. Dividing its logits by one number, the temperature,
mends most of it without changing any answer (Guo, Pleiss, Sun and Weinberger 2017, "On calibration
of modern neural networks"). How much a drawing looks like a digit at all is told by the free
energy of the logits (Liu, Wang, Owens and Li 2020, "Energy-based out-of-distribution detection").
"""

import numpy as np
from numpy.typing import NDArray

from mnist_core.cards import Calibration, Refusal
from mnist_core.intervals import bootstrap_interval, wilson_interval

Floats = NDArray[np.float32]

REFUSED = 0.02  # share of true digits that may be refused as no digits
UNSURE = 0.01  # share of true digits that may be answered with two candidates
BROKEN = 0.0015  # share of wrong labels: 15 of MNIST's 10,000 (Northcutt, Athalye and Mueller 2021)
SURE = 0.9  # nobody who is right nine times out of ten asks back


def probabilities_of(logits: Floats, temperature: float) -> Floats:
    """Return the softmax of logits (..., 10) at a temperature."""
    scaled = logits / np.float32(temperature)
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def digitness_of(logits: Floats) -> Floats:
    """Return the negative free energy of logits (..., 10): log of the sum of exponentials."""
    most = logits.max(axis=-1)
    return np.asarray(most + np.log(np.exp(logits - most[..., None]).sum(axis=-1)), np.float32)


def cross_entropy(probabilities: Floats, labels: NDArray[np.uint8]) -> float:
    """Return the mean negative log-likelihood of the true digits, in nats."""
    true = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(true, np.finfo(np.float32).tiny)).mean())


def calibrate(logits: Floats, labels: NDArray[np.uint8], fitted_on: str) -> Calibration:
    """Return the temperature and thresholds that digits outside the training set call for.

    The thresholds leave at least 97 % of these digits answered.

    Args:
        logits: float32 (n, 10), n at least 1.
        labels: uint8 (n,).
        fitted_on: in words, which digits these are.
    """
    temperature = fit_temperature(logits, labels)
    confidence = probabilities_of(logits, temperature).max(axis=1)
    return Calibration(
        temperature=temperature,
        least_digitness=float(np.quantile(digitness_of(logits), REFUSED)),
        least_confidence=min(float(np.quantile(confidence, UNSURE)), SURE),
        fitted_on=fitted_on,
    )


def fit_temperature(logits: Floats, labels: NDArray[np.uint8]) -> float:
    """Return the temperature from 0.05 to 20 that makes the labels most likely.

    A few labels are wrong whatever is read. Were they taken for true, a handful of sure readings of
    such digits would make thousands of others look too sure.
    """
    from scipy.optimize import minimize_scalar  # half a second that reading never needs

    def loss(log_temperature: float) -> float:
        probabilities = probabilities_of(logits, float(np.exp(log_temperature)))
        return cross_entropy((1 - BROKEN) * probabilities + np.float32(BROKEN / 10), labels)

    best = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded")
    return float(np.exp(best.x))


def answered(logits: Floats, calibration: Calibration) -> NDArray[np.bool_]:
    """Return for which of logits (n, 10) the verdict is a digit, neither refused nor unsure."""
    confidence = probabilities_of(logits, calibration.temperature).max(axis=-1)
    looks_right = digitness_of(logits) >= calibration.least_digitness
    return np.asarray(looks_right & (confidence >= calibration.least_confidence))


def measure_refusal(nothing: Floats, digits: Floats, calibration: Calibration) -> Refusal:
    """Return how well pictures that show no digit are told from digits.

    Args:
        nothing: float32 (n, 10), logits of the former, n at least 1.
        digits: float32 (m, 10), logits of the latter, m at least 1.
        calibration: gives the thresholds.
    """
    called = answered(nothing, calibration)
    apart = digitness_of(digits), digitness_of(nothing)
    return Refusal(
        n=len(called),
        called_digit=float(called.mean()),
        interval=wilson_interval(int(called.sum()), len(called)),
        auroc=auroc(*apart),
        auroc_interval=bootstrap_interval(auroc, *apart),
    )


def auroc(higher: Floats, lower: Floats) -> float:
    """Return the chance that one of the former is above one of the latter; a tie counts half."""
    from scipy.stats import mannwhitneyu  # half a second that reading never needs

    return float(mannwhitneyu(higher, lower).statistic / (len(higher) * len(lower)))
