"""From a recipe and digits to a trained model. The only package that imports Keras.

Importing most of its modules loads TensorFlow, which takes seconds. So others import them inside
the functions that need them. Others may import:

    pipeline: finish, train
    export: write_export
    keras_training: compile_network, fit
    networks: build_network
    checkpoints: SavingReport
    trainers: read_with
    packaging: calibration_set

Trainers, losses and the format of checkpoints stay inside.
"""
