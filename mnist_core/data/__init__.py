"""Data sets of digits, pen strokes, typefaces and symbols: found, downloaded, checked and parsed.

Others may import:

    additions: Addition, PREFIX, SHARE, LARGEST_SHARE
    datasets: load_dataset, load_in_mnist_form, load_uci_digits, UCI_TRAIN
    digits: Dataset, Digits, count_digits
    digit_files: read_labelled, read_pictures
    levels: LevelBlock, scale_two_levels
    csv_layout: Layout
    digit_arrays: images_of, labels_of
    archives: open_member
    idx: parse_idx, series_of_pictures
    large_files: HEAD, Kind, count_pictures, image_blocks, kind_of, leveled
    parquet: Keys, parquet_rows
    webdataset: PICTURES, samples_in
    mnist_form: PREPARED, Conformed, has_mnist_form, prepare_departing,
        to_mnist_form
    kaggle: read_train, write_train, write_test, write_lines, write_submission,
        submission_bytes, doubts_bytes, train_lines, size_of_test_set, check_can_write, new_file,
        stand_in, AS_IS, EVERY_DIGIT, STAND_IN_TRAIN, uses_every_digit
    mnist: find_mnist, local_mnist, keras_cache
    pens: Pens, load_pens, local_pens
    characters: Characters, load_characters, local_characters, open_characters, DIGITS
    fonts: load_fonts, local_fonts, list_fonts
    symbols: Symbols, load_symbols, local_symbols
    npz: arrays_in
    unipen_release: Key, characters_in, open_release

Downloads and file formats (CSV, IDX, .npz, Parquet, UCI, HASYv2, UNIPEN, LZW, .tgz, .zip) stay
inside.
"""
