"""How accurate a model is, what it misreads, and how well its confidence is calibrated.

Others may import:

    evaluation: Evaluation, evaluate, evaluate_cached
    reliability: BINS, Bin, Booleans, Floats, HIGH_CONFIDENCE, RiskCoverage, calibration_error,
        count_confident, equal_mass_bins, equal_width_bins, expected_calibration_error,
        risk_coverage_curve
    comparison: Comparison, compare
    mistakes: Order, matrix_csv, mistakes_csv, most_frequent_confusions, sort_digits
    neighbours: CACHED_AS, has_features, nearest_neighbours
    labels: Dispute, VOTERS, disputed_labels, suspicious_labels
    leakage: FreshDigits, difference, exclude_training_samples, intersection, occurs_in
    test_sets: held_out_outliers, held_out_pen_drawings, measure_outliers, strangers_drawings,
        test_sets
    hand_check: Forgetting, LeftOut, MAX_LOSS, leave_one_out, measure_forgetting,
        withdraw_harmful
    reference_features: add_references, write_references_of
    digit_maps: add_map
    output_cache: is_cached, ship_logits

How outputs are computed and cached stays inside.
"""
