"""The settings of a recipe as a visitor sees them: its label and what it does.

No Streamlit here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    """One setting.

    Attributes:
        label: its name on a page.
        help: what it does, in a sentence.
        choices: a label for each of its values, where it is chosen rather than typed.
        step: how much one click changes a number.
    """

    label: str
    help: str
    choices: Mapping[str, str] = field(default_factory=dict)
    step: float = 1


FIELDS = {
    "filters": Field(
        "Filters",
        "How many patterns each convolutional layer looks for, from first to last, separated by"
        " commas.",
    ),
    "hidden": Field(
        "Hidden layers",
        "How many units each dense layer has, from first to last, separated by commas. Empty: no"
        " hidden layer.",
    ),
    "dropout": Field(
        "Dropout",
        "The share of a layer's units that is switched off at random in each training step. It"
        " reduces overfitting.",
        step=0.05,
    ),
    "pool_dropout": Field(
        "Dropout after pooling",
        "The same, between the convolutional and the dense layers.",
        step=0.05,
    ),
    "epochs": Field("Epochs", "How many times it goes through all training digits."),
    "batch_size": Field(
        "Batch size",
        "How many digits it looks at before each update of its weights; 0 means all of them.",
        step=32,
    ),
    "learning_rate": Field(
        "Learning rate",
        "How large each update is. Too small: training is slow. Too large: it never settles.",
        step=0.001,
    ),
    "optimizer": Field(
        "Optimiser",
        "The rule that turns errors into updates of the weights.",
        {
            "adam": "Adam",
            "sgd": "Gradient descent (SGD)",
            "rmsprop": "RMSprop",
            "adadelta": "Adadelta",
        },
    ),
    "momentum": Field(
        "Momentum", "How much of the last update is carried over into the next one.", step=0.05
    ),
    "l2": Field(
        "L2 penalty",
        "A penalty on large weights, which keeps the network simple and reduces overfitting.",
        step=0.0001,
    ),
    "weight_decay": Field(
        "Weight decay",
        "How much every weight shrinks with each update, whatever the error is.",
        step=0.01,
    ),
    "averaging": Field(
        "Weight averaging",
        "At the end each weight becomes the average of its latest values, which often reads better"
        " than the last value alone. 0.999 averages over about 1,000 updates; 0 turns it off.",
        step=0.001,
    ),
    "precision": Field(
        "Precision",
        "How exactly training computes. 16 bits are faster on processors made for them, and may"
        " be slower on others.",
        {"float32": "32 bits", "bfloat16": "16 bits"},
    ),
    "augmentation": Field(
        "Augmentation",
        "How each digit is changed at random every time it is shown, so that it never looks"
        " quite the same.",
        {
            "none": "None",
            "nudge": "Shifts of 1 pixel",
            "shift": "Shifts of 2 pixels",
            "hands": "Other handwriting",
        },
    ),
    "validation_share": Field(
        "Validation share",
        "The share of the training digits set aside as the validation set. It does not learn from"
        " them: they show when it stops getting better.",
        step=5,
    ),
    "seed": Field(
        "Seed", "The same seed repeats the same run; a different seed gives a different run."
    ),
    "schedule": Field(
        "Schedule",
        "Whether the learning rate stays the same, or rises at first and then falls.",
        {"constant": "Constant", "one-cycle": "One cycle: up, then down"},
    ),
    "styles": Field(
        "Synthetic digits",
        "How many generated digits, in other styles of handwriting, are added for each real one.",
        step=0.05,
    ),
    "pens": Field(
        "Pen drawings",
        "How many drawings of recorded pen strokes are added for each real digit.",
        step=0.05,
    ),
    "typefaces": Field(
        "Handwriting fonts",
        "How many digits set in handwriting fonts are added for each real one.",
        step=0.05,
    ),
    "outliers": Field(
        "Outliers (non-digits)",
        "How many pictures of something else are added for each real digit, so that it learns"
        " to reject them.",
        step=0.05,
    ),
    "redraw_every": Field(
        "Redraw after (epochs)",
        "After how many epochs the added digits and non-digits are drawn anew, so that it cannot"
        " learn them by heart. Drawing takes time. 0 keeps the first ones.",
    ),
    "blur": Field("Blur", "The share of the training pictures that are blurred.", step=5),
    "coarse": Field(
        "Coarse pictures",
        "The share of the training pictures that are redrawn with only 8 to 20 pixels a side.",
        step=5,
    ),
    "pretrained": Field(
        "Start from model",
        "The name of a model with the same layers: training starts from its weights (fine-tuning)."
        " Empty: random weights.",
    ),
    "normalization": Field(
        "Normalisation",
        "How the grey levels of a picture become the numbers that go into the network.",
        {"scale": "From 0 to 1", "unit-columns": "Columns of unit length"},
    ),
    "initialization": Field(
        "Weight initialisation",
        "How the weights are chosen before training starts.",
        {
            "default": "Default",
            "uniform": "Uniform (-0.5 to 0.5)",
            "he": "He",
            "xavier": "Xavier",
        },
    ),
    "split": Field(
        "Validation split",
        "How the digits of the validation set are chosen.",
        {"random": "At random", "last": "The last ones", "scikit-learn": "As scikit-learn does"},
    ),
}


def label_of(setting: str) -> str:
    """Return a setting's name on a page, also of one that no form asks for."""
    return FIELDS[setting].label if setting in FIELDS else setting.replace("_", " ").capitalize()
