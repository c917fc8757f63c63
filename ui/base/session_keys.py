"""The keys of `st.session_state` that several modules read or write: each has its one home here.

A key that only one module uses stays in that module.
"""

DRAWING = "drawing"  # Drawing: what is on the canvas, with its undo steps
CANVAS = "canvas"  # widget: the canvas itself
INPUT_METHOD = "input_method"  # widget, str: "Draw", "Picture" or "Camera"
CHOSEN_MODEL = "chosen_model"  # str or None: the model in use on Draw; None is the default
LAST_PICTURE = "last_picture"  # uint8 array: the picture or photograph that Draw read last
READ_FOR_ME = "read_for_me"  # widget, bool: whether Draw reads by the visitor's own examples

MODEL = "model"  # widget, str: the model that Models and Misclassifications show
MODEL_TO_SEE = "model_to_see"  # str: the model that Models shows next, after a change

SELECTED_RUN = "selected_run"  # str: id of the run that Retrain shows; "" is the form
RECIPE = "recipe"  # widget, str: the recipe in the form
TRAIN_ON = "train_on"  # widget, str: the data set in the form
CURVES = "curves"  # widget, list of str: the networks whose curves are shown
SURPLUS = "surplus"  # list of str: networks that were one too many for the chart

TRAIN_CSV = "train.csv"  # Upload: the visitor's training data
TEST_CSV = "test.csv"  # Upload: the visitor's test data
SUBMISSION = "submission"  # Submission: the answers for test.csv
