"""Speed and accuracy, as ratios against named baselines measured in the same run."""
