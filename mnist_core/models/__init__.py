"""Trained models on disk: their cards, where they are stored, and how they are published.

Others may import:

    cards: BY_DEFAULT, ITSELF, Calibration, Card, Metrics, OODMetrics
    registry: DEFAULT, FILES, MAP, NAME, OUTPUTS, REFERENCES, check_name, checksum, default_model,
        find_model, is_public, list_all_models, list_models, model_dirs, open_card, own_models_dir,
        public_dirs, set_default_model, shared_models_dir, shelf_dir, shipped_models_dir
    shelf: publish_model
    network_input: KEY, RANGES, input_in_words
    descriptions: describe_keras, describe_litert
    browser_network: browser_network
    own_models: delete_model, ensure_name_free, is_own, rename_model, save_model
    staging: check_can_overwrite, clean_stale, staged_model

File names, locks and checksums of cards stay inside.
"""
