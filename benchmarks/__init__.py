"""Benchmarks: speed, memory and accuracy, compared with named baselines in the same run."""
