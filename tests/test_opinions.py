"""What the networks that ship say of one drawing, and how quickly."""

import time
from statistics import median

from mnist_core import load_reader
from mnist_core.models.registry import SHIPPED
from ui.components.resources import shipped_models, shipped_readers
from ui.draw.opinions import ask

MOST = 0.005  # seconds of a core, for all of them together


def test_every_model_that_ships_is_asked_the_default_one_first():
    assert shipped_models()[0] == "pen-cnn"
    assert set(shipped_models()) == {path.name for path in SHIPPED.glob("[!.]*")}


def test_what_a_network_says_is_what_it_would_read(seven):
    reading = load_reader().read(seven)
    for reader in shipped_readers():
        opinion, read = ask(reader, reading), reader.read(seven)
        assert opinion.verdict == read.verdict
        assert opinion.probabilities.tolist() == read.probabilities.tolist()


def test_all_of_them_together_take_a_moment(seven):
    reading = load_reader().read(seven)
    asked = shipped_readers()
    seconds = []
    for _ in range(50):
        began = time.process_time()  # what else the machine does counts for nothing
        for reader in asked:
            ask(reader, reading)
        seconds.append(time.process_time() - began)
    assert median(seconds) < MOST
