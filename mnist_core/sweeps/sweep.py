"""A sweep on disk: what was asked for, and its trials with the best first."""

import json
import secrets
from collections import defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from statistics import fmean
from typing import Any

from mnist_core.errors import RecipeError, RunError
from mnist_core.files import atomic_write_text
from mnist_core.locks import is_held
from mnist_core.models.registry import NAME
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.history import best_row
from mnist_core.runs.run import Run
from mnist_core.runs.status import Status
from mnist_core.runs.store import new_run, read_run, read_runs
from mnist_core.sweeps.space import Variation, parse_variations
from mnist_core.workspace import current_workspace, use_workspace

IMPORTANCE = "importance.json"
SWEEP, SETTINGS = "sweep", "settings"  # keys in the `run.json` of a trial


@dataclass(frozen=True)
class Sweep:
    """A search for good settings; `docs/decisions/0019` says what its folder holds.

    Attributes:
        id: the name of its folder in the `sweeps` of its workspace; its trials' ids begin with it.
        recipe: what does not vary.
        data: the name of the data set, as `load_dataset` takes it.
        vary: what varies, as `parse_variations` takes it.
        seeds: each combination of settings is trained once with each.
        trials: how many runs there are at most, over all combinations and seeds.
        minutes: how long the search goes on, since it was started or resumed; None for no limit.
        workspace: the folder that contains the sweep and its runs; no file stores it.
    """

    id: str
    recipe: Recipe
    data: str
    vary: tuple[str, ...]
    seeds: tuple[int, ...]
    trials: int
    minutes: float | None = None
    workspace: Path = field(default_factory=current_workspace)

    @property
    def folder(self) -> Path:
        """The folder of the sweep."""
        return self.workspace / "sweeps" / self.id

    @property
    def lock_file(self) -> Path:
        """The file that the process which works on the sweep keeps locked."""
        return self.folder / "alive.lock"

    @property
    def stop_mark(self) -> Path:
        """The file that asks that process to stop, and stays when it has.

        It holds the reason, or nothing if a person asked.
        """
        return self.folder / "stop"

    @property
    def output(self) -> Path:
        """The output of its process, if the app has started it."""
        return self.folder / "output.txt"

    def is_alive(self) -> bool:
        """Return whether a process works on this sweep."""
        return is_held(self.lock_file)

    def ended(self) -> set[str]:
        """Return the ids that Tune gave the trials which have ended, early or not."""
        try:
            return set((self.folder / "ended.txt").read_text(encoding="utf-8").split())
        except OSError:
            return set()

    def add_ended(self, trial: str) -> None:
        """Note that a trial has ended."""
        with (self.folder / "ended.txt").open("a", encoding="utf-8") as file:
            file.write(f"{trial}\n")

    def importance(self) -> dict[str, float]:
        """Return what `importance_of` found when the sweep ended last; empty if nothing."""
        try:
            values = json.loads((self.folder / IMPORTANCE).read_text(encoding="utf-8"))
            return {str(name): float(share) for name, share in values.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def set_importance(self, shares: dict[str, float]) -> None:
        """Store which setting matters."""
        atomic_write_text(self.folder / IMPORTANCE, json.dumps(shares) + "\n")

    @property
    def search_folder(self) -> Path:
        """The folder of Ray Tune's own files."""
        return self.folder / "tune"

    @cached_property
    def variations(self) -> tuple[Variation, ...]:
        """What varies."""
        return parse_variations(self.recipe, self.vary)

    @property
    def most_epochs(self) -> int:
        """The most epochs that a trial may have."""
        ends = [one.examples for one in self.variations if one.setting == "epochs"]
        return max(int(text) for text in (ends[0] if ends else (str(self.recipe.epochs),)))

    def run_of(self, trial: str, settings: dict[str, str], seed: int) -> Run:
        """Return the run of a trial; it is created if it is not there yet.

        Args:
            trial: the id that Tune gave it.
            settings: the values of what varies.
            seed: one of the seeds.
        """
        run_id = f"{self.id}-{trial}"
        folder = self.workspace / "runs" / run_id
        if (folder / "run.json").exists():
            return read_run(folder)
        values = [*(f"{key}={value}" for key, value in settings.items()), f"seed={seed}"]
        more: dict[str, Any] = {SWEEP: self.id, SETTINGS: settings, "started": ""}
        with use_workspace(self.workspace):
            return new_run(
                self.recipe.with_settings(values),
                self.data,
                run_id=run_id,
                state="stopped",
                **more,
            )

    def list_trials(self) -> list["Trial"]:
        """Return all trials, the first one first; those that have not begun come last."""
        folders = sorted((self.workspace / "runs").glob(f"{self.id}-*"))
        trials = [Trial.of(run) for run in read_runs(folders)]
        return sorted(trials, key=lambda trial: (not trial.status.started, trial.status.started))

    def combinations(self) -> list["Combination"]:
        """Return the combinations of settings that were begun, the best first."""
        groups: dict[tuple[tuple[str, str], ...], list[Trial]] = defaultdict(list)
        for trial in self.list_trials():
            groups[tuple(trial.settings.items())].append(trial)
        found = [Combination(dict(key), tuple(trials)) for key, trials in groups.items()]
        return sorted(found, key=lambda one: one.score, reverse=True)


@dataclass(frozen=True)
class Trial:
    """One run of a sweep.

    Attributes:
        run: the run.
        status: how far it is.
        settings: the values of what varies, as `Recipe.with_settings` takes them.
        score: its accuracy on the validation set, 0 to 1, see `score_of`.
    """

    run: Run
    status: Status
    settings: dict[str, str]
    score: float

    @property
    def has_score(self) -> bool:
        """Whether an epoch is done, or the run has failed."""
        return self.status.trained_epochs > 0 or self.status.state == "failed"

    @classmethod
    def of(cls, run: Run) -> "Trial":
        """Return the trial of a run."""
        status, settings = run.status(), run.values().get(SETTINGS, {})
        return cls(run, status, settings, 0.0 if status.state == "failed" else score_of(run))


@dataclass(frozen=True)
class Combination:
    """A combination of settings, with its trials: one for each seed so far, the first one first."""

    settings: dict[str, str]
    trials: tuple[Trial, ...]

    @property
    def score(self) -> float:
        """The mean of its trials' scores; 0 before the first."""
        return fmean([trial.score for trial in self.trials if trial.has_score] or [0.0])

    @property
    def has_score(self) -> bool:
        """Whether a trial has a score."""
        return any(trial.has_score for trial in self.trials)

    @property
    def best(self) -> Trial:
        """The trial with the highest score."""
        return max(self.trials, key=lambda trial: trial.score)


def score_of(run: Run) -> float:
    """Return the accuracy on the validation set of the epoch that a run's model is of.

    That is the last one if all are done, else the best so far. Before the first it is 0. With
    `averaging` it is that of the weights before they are averaged, which is after the last epoch.
    """
    rows = run.history()
    is_done = bool(rows) and rows[-1]["epoch"] >= run.recipe.epochs
    row = rows[-1] if is_done else best_row(rows)
    return row["val_accuracy"] if row else 0.0


def new_sweep(
    recipe: Recipe,
    data: str,
    *,
    vary: tuple[str, ...],
    seeds: tuple[int, ...],
    trials: int,
    minutes: float | None = None,
) -> Sweep:
    """Create a sweep with its folder.

    Raises:
        RecipeError: what varies is wrong (see `parse_variations`), there are fewer trials than
            seeds, or the recipe holds back no digits for validation.
        RunError: the disk is full or read-only.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = f"{stamp}-{recipe.name}-{secrets.token_hex(2)}"
    parse_variations(recipe, vary)
    if trials < len(seeds):
        raise RecipeError(
            f"Expected at least as many trials as seeds, {len(seeds)}. Received: {trials}"
        )
    if not recipe.validation_share:
        raise RecipeError(
            f"A sweep compares its trials on validation digits, and {recipe.name} holds back none. "
            "To hold back a tenth of the training digits: --set validation_share=0.1"
        )
    sweep = Sweep(name, recipe, data, vary, seeds, trials, minutes)
    values = {key: value for key, value in asdict(sweep).items() if key != "workspace"}
    try:
        sweep.folder.mkdir(parents=True)
        atomic_write_text(sweep.folder / "sweep.json", json.dumps(values, indent=2) + "\n")
    except OSError as problem:
        raise RunError(f"Cannot write to {sweep.folder.parent}: {problem.strerror}.") from problem
    return sweep


def open_sweep(sweep_id: str) -> Sweep:
    """Return a sweep of this workspace by its id.

    Raises:
        RunError: there is no such sweep, or its `sweep.json` is damaged.
    """
    home = current_workspace() / "sweeps"
    if not NAME.fullmatch(sweep_id) or not (home / sweep_id).is_dir():
        known = ", ".join(sorted(path.parent.name for path in home.glob("*/sweep.json"))) or "none"
        raise RunError(f"There is no sweep {sweep_id}. There are: {known}.")
    return read_sweep(home / sweep_id)


def list_sweeps() -> list[Sweep]:
    """Return the sweeps of this workspace, newest first; damaged ones are left out."""
    found = []
    for path in sorted((current_workspace() / "sweeps").glob("*/sweep.json"), reverse=True):
        with suppress(RunError):
            found.append(read_sweep(path.parent))
    return found


def read_sweep(folder: Path) -> Sweep:
    """Return the sweep in a folder of any workspace.

    Raises:
        RunError: its `sweep.json` is damaged, or something varies that cannot.
    """
    try:
        values: dict[str, Any] = json.loads((folder / "sweep.json").read_text(encoding="utf-8"))
        values["recipe"] = Recipe.from_dict(values["recipe"])
        values["vary"], values["seeds"] = tuple(values["vary"]), tuple(values["seeds"])
        parse_variations(values["recipe"], values["vary"])  # an older version took other settings
        return Sweep(**values, workspace=folder.parents[1])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecipeError) as problem:
        raise RunError(f"{folder / 'sweep.json'} is damaged: {problem}") from problem
