"""What each recipe is, for somebody who has never trained a network: one sentence.

No Streamlit here.
"""

from mnist_core.recipes.catalog import RECIPES

SUMMARIES = {
    "pen-cnn": "The network behind Draw. It learns from many kinds of handwriting and from things"
    " that are no digits, which takes long.",
    "quick-cnn": "A small network that looks for strokes first, then for what they form. A good"
    " first one.",
    "scratch-mlp": "The smallest one, ten units in a hidden layer, written out in NumPy. Quick to"
    " train, and often wrong.",
    "softmax": "No hidden layer: it weighs each pixel for and against each digit. The classical"
    " baseline.",
    "keras-convnet": "The convolutional network of Keras's own examples. More accurate than Quick"
    " CNN, and slower.",
    "simple-cnn": "A convolutional network as tutorials had it in 2018. The most work per epoch.",
    "simple-nn": "A large network without convolutions: it does not know which pixels are"
    " neighbours.",
    "tutorial-mlp": "Two hidden layers of 128 units: the first network of many courses.",
    "logbook-mlp": "The same two hidden layers as the tutorial's network, with the pictures scaled"
    " in another way.",
}


def summary_of(name: str) -> str:
    """Return what a recipe is, in one sentence."""
    return SUMMARIES.get(name, RECIPES[name].source)
