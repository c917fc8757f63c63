"""All recipes: the systems this project grew from, and our own.

Adding a recipe is one entry here and, if its network is new, one function in `architectures.py`.
"""

from mnist_core.errors import RecipeError
from mnist_core.recipes.recipe import Recipe

KERAS_EXAMPLES_2018 = "https://github.com/keras-team/keras/tree/2.1.4/examples"

RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="pen-cnn",
            title="Pen CNN: reads real handwriting",
            source="Inkling's own, the default",
            network="pen-cnn",
            filters=(32, 64, 64, 128, 128),
            hidden=(128,),
            dropout=0.4,
            weight_decay=0.02,
            epochs=36,
            learning_rate=2e-3,
            schedule="one-cycle",
            augmentation="hands",
            styles=0.15,
            pens=0.9,
            typefaces=0.15,
            outliers=0.8,
            blur=0.2,
            coarse=0.12,
            validation_share=1 / 12,
            seed=2,  # of three: docs/decisions/0008-a-deeper-pen-cnn.md
        ),
        Recipe(
            name="quick-cnn",
            title="Quick CNN: small and fast to train",
            source="Inkling's own",
            claim="99.0 % in at most 0.12 x the training time of keras-convnet",
            network="quick-cnn",
            filters=(16, 32),
            hidden=(),
            epochs=2,
            learning_rate=1e-2,
            schedule="one-cycle",
            validation_share=1 / 12,
        ),
        Recipe(
            name="scratch-mlp",
            title="Nothing but NumPy",
            source=(
                'A notebook, "digit-recognizer": one hidden layer, back-propagation by hand. It '
                "leaves the initial weights open: we draw them uniformly from -0.5 to 0.5, like "
                "most notebooks of this kind."
            ),
            claim="a modest dev accuracy",
            references=(
                "https://www.kaggle.com/competitions/digit-recognizer",
                "http://yann.lecun.com/exdb/mnist",
            ),
            protocol="kaggle",
            trainer="scratch",
            hidden=(10,),
            epochs=100,
            batch_size=0,
            optimizer="sgd",
            learning_rate=0.1,
            validation_share=1 / 42,  # the first 1,000 of 42,000 shuffled rows
        ),
        Recipe(
            name="softmax",
            title="Logistic regression",
            source="Mentioned in the blog post of 2018; scikit-learn's defaults, 100 iterations.",
            claim="none given",
            trainer="softmax",
            hidden=(),
            epochs=100,
            validation_share=0,
        ),
        Recipe(
            name="forest",
            title="A random forest",
            source="Mentioned in the blog post of 2018; scikit-learn's defaults, 100 trees.",
            claim="none given",
            trainer="forest",
            hidden=(),
            epochs=100,
            validation_share=0,
        ),
        Recipe(
            name="boosted",
            title="Gradient-boosted trees",
            source=(
                "Mentioned in the blog post of 2018; xgboost's defaults, 100 rounds, but only 64 "
                "grey levels to split at, for speed."
            ),
            claim="none given",
            trainer="boosted",
            hidden=(),
            epochs=100,
            validation_share=0,
        ),
        Recipe(
            name="keras-convnet",
            title="Keras's own simple convnet",
            source="Keras's example, https://keras.io/examples/vision/mnist_convnet, for 12 epochs",
            claim="about 99 % on the test set",
            network="convnet",
            filters=(32, 64),
            hidden=(),
            dropout=0.5,
            epochs=12,
            split="last",
        ),
        Recipe(
            name="simple-cnn",
            title="A first convolutional network, 2018",
            source=(
                "A blog post of 22 February 2018 that compares two Keras networks. It gives the "
                "epochs and the one-hot labels; its code is not in the text, so the layers, "
                f"batches of 128 and Adadelta are those of Keras's mnist_cnn.py at that time "
                f"({KERAS_EXAMPLES_2018})."
            ),
            claim="none given; the tutorial says 99 % or higher of such networks",
            references=("https://keras.io",),
            network="stacked-cnn",
            filters=(32, 64),
            hidden=(128,),
            dropout=0.5,
            pool_dropout=0.25,
            epochs=12,
            optimizer="adadelta",
            learning_rate=1.0,
            validation_share=0,
        ),
        Recipe(
            name="simple-nn",
            title="A plain network, 2018",
            source=(
                "The same blog post's network without convolutions: 784 inputs, 12 epochs. The "
                "rest follows Keras's mnist_mlp.py at that time: 512-512 with dropout, "
                f"RMSprop, batches of 128 ({KERAS_EXAMPLES_2018})."
            ),
            claim="none given",
            references=("https://keras.io",),
            hidden=(512, 512),
            dropout=0.2,
            epochs=12,
            optimizer="rmsprop",
            validation_share=0,
        ),
        Recipe(
            name="tutorial-mlp",
            title="The tutorial's network",
            source='A tutorial, "MNIST neural network tutorial", which leaves nothing open.',
            claim="97 to 98 % on the test set",
            hidden=(128, 128),
            split="last",
            validation_share=0.2,
        ),
        Recipe(
            name="logbook-mlp",
            title="The logbook's network",
            source=(
                "A logbook of a plain network on Kaggle's CSV, \"Hand Written Digit Recognizer "
                "(MNIST)\". The batch size is Keras's default; the seed of the weights is our "
                "choice."
            ),
            claim="about 99 % in training, 0.9662 on validation, a little over 82 % from Kaggle",
            references=("https://www.kaggle.com/competitions/digit-recognizer",),
            protocol="kaggle",
            normalization="unit-columns",
            hidden=(128, 128),
            batch_size=32,
            split="scikit-learn",
            validation_share=0.3,
            seed=42,
        ),
    )
}


def find_recipe(name: str) -> Recipe:
    """Return the recipe of this name.

    Raises:
        RecipeError: there is none; the message names the existing ones.
    """
    if name not in RECIPES:
        raise RecipeError(f"Expected a recipe: one of {', '.join(RECIPES)}. Received: {name}")
    return RECIPES[name]
