"""Every recipe as its source describes it: the claimed and the measured accuracy.

    python -m benchmarks.reproduction measure [RECIPE ...]    train, and store the cards
    python -m benchmarks.reproduction write                   write docs/reproduction.md from them

The cards of models that do not ship (trees, and networks trained on the stand-in for Kaggle's
files) are in docs/reproduction; the others are those of the models that ship.
"""

import sys
from pathlib import Path

from mnist_core.data.datasets import load_dataset
from mnist_core.data.kaggle import stand_in
from mnist_core.models.cards import Card, Metrics
from mnist_core.models.registry import shipped_models_dir
from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.recipes.recipe import Recipe

DOCS = Path(__file__).parents[1] / "docs"
CARDS = DOCS / "reproduction"
LOGBOOK = CARDS / "logbook.md"  # what benchmarks.logbook printed
BASELINE = "keras-convnet"


def measure(recipe: Recipe) -> None:
    """Train a recipe on the digits that its source used, and store the card."""
    from mnist_core.runs.store import new_run
    from mnist_core.training.pipeline import train

    mnist = load_dataset("mnist")
    dataset = stand_in(mnist) if recipe.protocol == "kaggle" else mnist
    card = train(new_run(recipe, dataset.name), dataset)
    CARDS.mkdir(exist_ok=True)
    card.write(CARDS / f"{recipe.name}.json")


def measured_apart(recipe: Recipe) -> bool:
    """Return whether a recipe's protocol needs another run than the model that ships."""
    return recipe.protocol == "kaggle" or recipe.trainer in ("forest", "boosted")


def write() -> None:
    """Write docs/reproduction.md from the cards."""
    text = (DOCS / "reproduction.in.md").read_text(encoding="utf-8")
    parts = {"table": table(), "sources": sources(), "logbook": LOGBOOK.read_text("utf-8").strip()}
    for name, part in parts.items():
        text = text.replace(f"{{{{{name}}}}}", part)
    (DOCS / "reproduction.md").write_text(text, encoding="utf-8")


def table() -> str:
    """Return one row for each recipe."""
    baseline = Card.read(shipped_models_dir() / BASELINE / "card.json").seconds
    lines = [
        "| recipe | claimed | by its source's protocol | MNIST's test set | time | size |",
        "|---|---|---|---|---|---|",
    ]
    for recipe in RECIPES.values():
        shipped, apart = shipped_card(recipe), apart_card(recipe)
        tested = shipped or apart
        if tested is None:
            continue
        lines.append(
            f"| `{recipe.name}` | {recipe.claim or '-'} | {by_protocol(recipe, shipped, apart)} | "
            f"{in_words(tested.metrics['mnist-test'])} | {tested.seconds / baseline:.2f} x | "
            f"{size_of(recipe)} |"
        )
    return "\n".join(lines)


def shipped_card(recipe: Recipe) -> Card | None:
    """Return the card of the recipe's model that ships, if it does."""
    path = shipped_models_dir() / recipe.name / "card.json"
    return Card.read(path) if path.exists() else None


def apart_card(recipe: Recipe) -> Card | None:
    """Return the card of the run that does not ship, if there is one."""
    path = CARDS / f"{recipe.name}.json"
    return Card.read(path) if path.exists() else None


def by_protocol(recipe: Recipe, shipped: Card | None, apart: Card | None) -> str:
    """Return the accuracy by the protocol of the recipe's source."""
    if recipe.protocol == "kaggle" and apart:
        held_out = apart.metrics["held-out"]
        others = apart.metrics["kaggle-stand-in-test"]
        return f"{in_words(held_out)} validation; {in_words(others)} on the other 28,000"
    card = apart or shipped
    return in_words(card.metrics["mnist-test"]) if card else "-"


def in_words(metrics: Metrics) -> str:
    """Return an accuracy with its interval."""
    low, high = metrics.interval
    return f"{metrics.accuracy:.2%} ({low:.2%} to {high:.2%})"


def size_of(recipe: Recipe) -> str:
    """Return the size of the file that serves a recipe's model."""
    path = shipped_models_dir() / recipe.name / "model.tflite"
    return f"{path.stat().st_size / 1e6:.2f} MB" if path.exists() else "not served"


def sources() -> str:
    """Return each recipe's source, what that leaves open, and its references."""
    lines = []
    for recipe in RECIPES.values():
        lines.append(f"- **`{recipe.name}`** ({recipe.title}). {recipe.source}")
        lines += [f"  - refers to <{reference}>" for reference in recipe.references]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Run the command line."""
    match arguments:
        case ["measure", *names]:
            for recipe in map(find_recipe, names) if names else RECIPES.values():
                if measured_apart(recipe):
                    measure(recipe)
        case ["write"]:
            write()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
