"""The settings of a recipe as a visitor sees them: what each is called, and what it does.

No Streamlit here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    """One setting.

    Attributes:
        label: what a visitor calls it.
        help: what it does, in a sentence.
        choices: what each of its values is called, where it is chosen rather than typed.
        step: by how much one click changes a number.
    """

    label: str
    help: str
    choices: Mapping[str, str] = field(default_factory=dict)
    step: float = 1


FIELDS = {
    "filters": Field(
        "Filters",
        "How many patterns each convolutional layer looks for, first layer to last, with commas.",
    ),
    "hidden": Field(
        "Hidden layers",
        "How wide each dense layer is, first to last, with commas. Empty: straight to the answer.",
    ),
    "dropout": Field(
        "Dropout",
        "The share of a layer that is switched off at random in each step, against learning by"
        " heart.",
        step=0.05,
    ),
    "pool_dropout": Field(
        "Dropout after pooling", "The same, between the convolutions and the rest.", step=0.05
    ),
    "epochs": Field("Epochs", "How many times it goes through all digits."),
    "batch_size": Field(
        "Batch size",
        "How many digits it looks at before each correction of its weights; 0 is all at once.",
        step=32,
    ),
    "learning_rate": Field(
        "Learning rate",
        "How far each correction goes. Too small: slow. Too large: it never settles.",
        step=0.001,
    ),
    "optimizer": Field(
        "Optimiser",
        "The rule that turns errors into corrections.",
        {
            "adam": "Adam",
            "sgd": "Gradient descent (SGD)",
            "rmsprop": "RMSprop",
            "adadelta": "Adadelta",
        },
    ),
    "momentum": Field(
        "Momentum", "How much of the last correction goes on into the next one.", step=0.05
    ),
    "l2": Field(
        "L2 penalty", "A price on large weights, which keeps the network simple.", step=0.0001
    ),
    "weight_decay": Field(
        "Weight decay",
        "How much of each weight every correction takes away, whatever the error says.",
        step=0.01,
    ),
    "precision": Field(
        "Precision",
        "How exactly it computes. 16 bits are faster on a processor made for them, and may be"
        " slower on others.",
        {"float32": "32 bits", "bfloat16": "16 bits"},
    ),
    "augmentation": Field(
        "Augmentation",
        "Whether each digit is changed a little every time it is shown, so that it is never"
        " quite the same.",
        {
            "none": "None",
            "nudge": "Moved a pixel",
            "shift": "Moved a little",
            "hands": "As other hands would write",
        },
    ),
    "validation_share": Field(
        "Held out",
        "The share of the digits that it does not learn from: they show when it stops getting"
        " better.",
        step=5,
    ),
    "seed": Field("Seed", "The same seed repeats the same run; another one deals anew."),
    "schedule": Field(
        "Schedule",
        "Whether the learning rate stays as it is, or rises at first and then falls.",
        {"constant": "Constant", "one-cycle": "One cycle: up, then down"},
    ),
    "styles": Field(
        "Made digits",
        "How many digits in other styles of writing are made and added, for each real one.",
        step=0.05,
    ),
    "pens": Field(
        "Pen drawings",
        "How many drawings with recorded pens are added, for each real digit.",
        step=0.05,
    ),
    "typefaces": Field(
        "Typefaces",
        "How many digits of handwriting typefaces are added, for each real one.",
        step=0.05,
    ),
    "outliers": Field(
        "Not digits",
        "How many pictures of something else are added, for each real digit, so that it learns"
        " to say no.",
        step=0.05,
    ),
    "blur": Field("Out of focus", "The share of all pictures that are shown blurred.", step=5),
    "normalization": Field(
        "Pixels",
        "How the grey of a pixel becomes the number that goes in.",
        {"scale": "From 0 to 1", "unit-columns": "Columns of length 1"},
    ),
    "initialization": Field(
        "First weights",
        "Where the weights start, before anything is learned.",
        {
            "default": "As usual",
            "uniform": "Evenly from -0.5 to 0.5",
            "he": "He",
            "xavier": "Xavier",
        },
    ),
    "split": Field(
        "Which are held out",
        "How the digits are chosen that it does not learn from.",
        {"random": "Any, at random", "last": "The last ones", "scikit-learn": "As scikit-learn"},
    ),
}
