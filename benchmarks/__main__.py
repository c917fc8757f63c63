"""`python -m benchmarks [NAME...]`: measure everything, or what is named; say what is missed."""

import sys

from benchmarks.evaluation import measure_evaluation
from benchmarks.kaggle import measure_kaggle
from benchmarks.mnist import measure_mnist
from benchmarks.pens import measure_pens
from benchmarks.quick import measure_quick
from benchmarks.reading import measure_reading
from benchmarks.refusing import measure_refusing
from benchmarks.result import print_results
from benchmarks.serving import measure_serving
from benchmarks.training import measure_training

MEASURES = {
    "serving": measure_serving,
    "reading": measure_reading,
    "evaluation": measure_evaluation,
    "mnist": measure_mnist,
    "pens": measure_pens,
    "refusing": measure_refusing,
    "kaggle": measure_kaggle,
    "quick": measure_quick,
    "training": measure_training,
}

chosen = sys.argv[1:] or list(MEASURES)
if unknown := [name for name in chosen if name not in MEASURES]:
    sys.exit(f"Expected names among {', '.join(MEASURES)}. Received: {', '.join(unknown)}")
results = []
for name in chosen:
    measured = MEASURES[name]()
    print_results(measured)
    results += measured
sys.exit(0 if all(result.reached for result in results) else 1)
