"""A person's hand: the drawings that they have labelled, and how a reader learns from them at once.

Others may import:

    hand: Addition, Examples, Hand, Merged
    example: Example, Label, NO_DIGIT, Stroke, check_label, check_strokes
    adaptation: Adaptation, Outputs
    references: References, directions, load_references, write_references
    example_files: MAX_BYTES, parse_examples, read_examples, write_examples, zip_of
    example_formats: csv_of, label_named
    stored: StoredHand, hand_file
    sharing: is_shared, share, shared_examples

How a hand is laid out in files stays inside.
"""
