"""Read digits with a trained network, on LiteRT, without TensorFlow.

Others may import:

    reader: Reader, Reading, judge_version, load_reader
    number: LeftOut, Number, NumberDigit
    number_reading: LONGEST_SIDE, are_digits
    hypothesis_reading: read_hypotheses
    pages: LONGEST_SIDE, Page, PageNumber
    form_reading: Examples, read_examples, read_table
    calibration: auroc, calibrate, cross_entropy, digitness_of, is_accepted, measure_ood,
        percent, probabilities_of
    litert: Network, Progress, outputs_in_steps
    verdicts: Answers, answer_all, judge_all, verdicts_of

`mnist_core` itself offers `Reader`, `Reading` and `load_reader` too. LiteRT's interpreter stays
inside.
"""
