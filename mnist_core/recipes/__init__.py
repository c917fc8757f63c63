"""Recipes: everything that decides how a network is trained, as data.

Others may import:

    recipe: POOL_EPOCHS, Recipe, SETTINGS, parse, setting_text
    catalog: RECIPES, find_recipe
    layer_plan: layers_of, plan, settings_of_network
    layers: AddChannel, BatchNormalization, Convolution, Dense, Dropout, Flatten, Layer, MaxPooling,
        Output, ReLU, Rescaling, UnitMeanSquare
    architectures: NETWORKS
    schedules: RISE, learning_rate, warm_up_steps
    splits: split, validation_size

The rules that settings must keep stay inside.
"""
