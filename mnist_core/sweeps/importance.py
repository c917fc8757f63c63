"""Which of the settings that vary matters most, by the combinations that were trained."""

import warnings
from collections.abc import Sequence
from typing import Any

from mnist_core.extras import require
from mnist_core.recipes.recipe import Recipe, parse
from mnist_core.sweeps.space import Range, Variation
from mnist_core.sweeps.sweep import Combination, Sweep

FEWEST = 8  # combinations, below which nothing can be said
TOP = 0.25  # share of the combinations that count as good


def importance_of(sweep: Sweep, combinations: Sequence[Combination]) -> dict[str, float]:
    """Return how much each setting decides whether a combination is among the best quarter.

    Computed with PED-ANOVA (Watanabe, Bansal and Hutter 2023, arXiv 2304.10255), from Optuna.

    Args:
        sweep: the sweep.
        combinations: its combinations that were trained.

    Returns:
        A share for each setting, the largest first; they add up to 1. Empty with fewer than
        `FEWEST` combinations, or if none is better than another.

    Raises:
        MissingExtraError: the extra "cluster" is not installed.
    """
    require("cluster", "optuna")
    import optuna

    if len(combinations) < FEWEST or len({one.score for one in combinations}) == 1:
        return {}
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize")
    space = {variation.setting: variation for variation in sweep.variations}
    described = {name: distribution_of(variation) for name, variation in space.items()}
    for one in combinations:
        values = {name: value_of(sweep.recipe, space[name], one.settings[name]) for name in space}
        study.add_trial(
            optuna.trial.create_trial(params=values, distributions=described, value=one.score)
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=TOP)
        return dict(optuna.importance.get_param_importances(study, evaluator=evaluator))


def value_of(recipe: Recipe, variation: Variation, text: str) -> Any:
    """Return the value of a setting as its distribution has it."""
    if isinstance(variation, Range):
        return parse(getattr(recipe, variation.setting), variation.setting, text)
    return text


def distribution_of(variation: Variation) -> Any:
    """Return how Optuna describes what varies."""
    require("cluster", "optuna")
    import optuna

    if not isinstance(variation, Range):
        return optuna.distributions.CategoricalDistribution(variation.values)
    log = variation.is_logarithmic
    if variation.is_whole:
        return optuna.distributions.IntDistribution(int(variation.low), int(variation.high), log)
    return optuna.distributions.FloatDistribution(variation.low, variation.high, log)
