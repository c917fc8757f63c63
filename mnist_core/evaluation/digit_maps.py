"""Compute a model's map of digits from its reference features, with t-SNE.

Van der Maaten and Hinton 2008, "Visualizing data using t-SNE".
"""

from pathlib import Path

import numpy as np

from mnist_core.errors import ModelError
from mnist_core.evaluation.reference_features import EACH
from mnist_core.explanation.digit_map import write_map
from mnist_core.extras import require
from mnist_core.hand.references import load_references
from mnist_core.inference.litert import Network
from mnist_core.models.registry import checksum

PERPLEXITY = 30  # about how many neighbours each digit keeps
STEPS = 750
SEED = 0


def add_map(folder: Path) -> Path:
    """Compute the map of the model in a folder, and write it there; return the file.

    It takes some ten seconds.

    Raises:
        ModelError: the model has no reference features of as many digits of each class.
    """
    network = checksum(folder / "model.tflite")
    width = Network(folder / "model.tflite").features
    references = load_references(folder, network, width) if width else None
    if references is None or len(references.digits) != 10 * EACH:
        raise ModelError(
            f"{folder.name} has no reference features to draw a map of. To compute them: "
            f"python -m mnist_core hand references --model {folder.name}"
        )
    require("train", "sklearn")
    from sklearn.manifold import TSNE  # slow to import, and reading never needs it

    layout = TSNE(perplexity=PERPLEXITY, init="pca", max_iter=STEPS, random_state=SEED)
    places = layout.fit_transform(references.digits)
    labels = np.repeat(np.arange(10), EACH).astype(np.uint8)
    return write_map(folder, places, labels, network)
