"""Why a network reads a drawing as it does, with the proof, on LiteRT alone.

Others may import:

    explanation: Explanation, explain
    occlusion: DRAWS, Deletion, Map, Occlusion, occlude, prove
    missing_ink: MissingInk, find_missing_ink
    counterfactuals: Counterfactual, LARGEST, find_counterfactuals
    edits: Edit, edits_in_words
    activations: Floats, Layer, activations
    digit_map: DigitMap, Placed, load_map, place_on, write_map
    fine_ink: fine_ink, strokes_in
    pictures: AGAINST, FOR, PAPER, colour_change, colour_ink, why_picture
    squeezed: squeeze

How paths are traced in the ink, and which changes are tried, stays inside.
"""
