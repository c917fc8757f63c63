"""Sweeps: many trainings of one recipe with different settings, to find the best ones.

Others may import:

    space: NOT_VARIED, Range, Variation, parse_seeds
    process: forget_earlier_stop, launch_sweep, stop_sweep
    sweep: Combination, Sweep, Trial, list_sweeps, new_sweep, open_sweep, read_sweep
    trial: FollowedRun
    tuner: run_sweep

What varies is a space (`space`), and a sweep is a folder that says what was asked for (`sweep`).
Ray Tune chooses the settings with Optuna and ends weak trials early (`tuner`). A trial is an
ordinary training run in its own process, which a worker of Ray starts and follows (`trial`). The
run folders hold the results, and from them comes which setting matters (`importance`). Tune's own
files in the sweep's folder say which trial is next.
"""
