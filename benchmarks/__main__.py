"""`python -m benchmarks [NAME...]`: run all benchmarks, or the named ones; exit 1 if one misses.

`python -m benchmarks numbers --tune` fits the weights with which numbers are read.
"""

import sys

from benchmarks.bulk import measure_bulk
from benchmarks.cases import measure_cases
from benchmarks.evaluation import measure_evaluation
from benchmarks.hand import measure_hand
from benchmarks.inside import measure_inside
from benchmarks.kaggle import measure_kaggle
from benchmarks.live import measure_live
from benchmarks.mnist import measure_mnist
from benchmarks.number_tuning import tune
from benchmarks.numbers import measure_numbers
from benchmarks.pens import measure_pens
from benchmarks.quick import measure_quick
from benchmarks.reading import measure_reading
from benchmarks.reasons import measure_reasons
from benchmarks.refusing import measure_refusing
from benchmarks.result import print_results
from benchmarks.serving import measure_serving
from benchmarks.share import measure_share
from benchmarks.strangers import measure_strangers
from benchmarks.sweeping import measure_sweeps
from benchmarks.training import measure_training

MEASURES = {
    "serving": measure_serving,
    "reading": measure_reading,
    "bulk": measure_bulk,
    "sweep": measure_sweeps,
    "live": measure_live,
    "evaluation": measure_evaluation,
    "mnist": measure_mnist,
    "strangers": measure_strangers,
    "pens": measure_pens,
    "refusing": measure_refusing,
    "numbers": measure_numbers,
    "hand": measure_hand,
    "inside": measure_inside,
    "share": measure_share,
    "cases": measure_cases,
    "reasons": measure_reasons,
    "kaggle": measure_kaggle,
    "quick": measure_quick,
    "training": measure_training,
}

if sys.argv[1:] == ["numbers", "--tune"]:
    tune()
    sys.exit()
chosen = sys.argv[1:] or list(MEASURES)
if unknown := [name for name in chosen if name not in MEASURES]:
    sys.exit(f"Expected names among {', '.join(MEASURES)}. Received: {', '.join(unknown)}")
results = []
for name in chosen:
    measured = MEASURES[name]()
    print_results(measured)
    results += measured
sys.exit(0 if all(result.reached for result in results) else 1)
