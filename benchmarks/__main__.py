"""`python -m benchmarks`: measure everything, say what is missed."""

import sys

from benchmarks.kaggle import measure_kaggle
from benchmarks.pens import measure_pens
from benchmarks.quick import measure_quick
from benchmarks.reading import measure_reading
from benchmarks.result import print_results
from benchmarks.serving import measure_serving

results = []
for measure in (measure_serving, measure_reading, measure_pens, measure_kaggle, measure_quick):
    measured = measure()
    print_results(measured)
    results += measured
sys.exit(0 if all(result.reached for result in results) else 1)
