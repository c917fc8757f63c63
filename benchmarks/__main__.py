"""`python -m benchmarks`: measure everything, say what is missed."""

import sys

from benchmarks.evaluation import measure_evaluation
from benchmarks.kaggle import measure_kaggle
from benchmarks.pens import measure_pens
from benchmarks.quick import measure_quick
from benchmarks.reading import measure_reading
from benchmarks.refusing import measure_refusing
from benchmarks.result import print_results
from benchmarks.serving import measure_serving
from benchmarks.training import measure_training

results = []
MEASURES = (
    measure_serving,
    measure_reading,
    measure_evaluation,
    measure_pens,
    measure_refusing,
    measure_kaggle,
    measure_quick,
    measure_training,
)
for measure in MEASURES:
    measured = measure()
    print_results(measured)
    results += measured
sys.exit(0 if all(result.reached for result in results) else 1)
