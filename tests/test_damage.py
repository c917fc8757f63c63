"""Model files that are damaged, byte by byte: refused with a message, while a good model reads."""

import os
import random
import shutil
from pathlib import Path

import pytest

from mnist_core.errors import ModelError
from mnist_core.inference.reader import Reader
from mnist_core.models.cards import Card
from mnist_core.models.registry import FILES, own_models_dir

FLIPS = int(os.environ.get("DAMAGE_FLIPS", "60"))  # `make soak` asks for 500
CUTS = (0.0, 0.01, 0.5, 0.99)


@pytest.fixture
def copy(tiny_model, data_root) -> Path:
    """A model that was trained here, and may be damaged."""
    return Path(shutil.copytree(tiny_model, own_models_dir() / "copy"))


def flip_a_bit(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def refused(folder: Path) -> str:
    """Return with which message a model is refused."""
    with pytest.raises(ModelError) as refusal:
        Reader(folder)
    return str(refusal.value)


@pytest.mark.parametrize("file", FILES)
def test_a_flipped_bit_is_noticed_wherever_it_is(copy, file):
    chance, whole = random.Random(file), (copy / file).read_bytes()
    for _ in range(-(-FLIPS // len(FILES))):
        flip_a_bit(copy / file, chance)
        assert "damaged" in refused(copy)
        (copy / file).write_bytes(whole)
    Reader(copy)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("share", CUTS)
def test_a_file_that_is_cut_off_is_noticed(copy, file, share):
    whole = (copy / file).read_bytes()
    (copy / file).write_bytes(whole[: int(len(whole) * share)])
    assert "damaged" in refused(copy)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_gone_is_named(copy, file):
    (copy / file).unlink()
    assert file in refused(copy)


@pytest.mark.parametrize("file", FILES)
def test_another_model_reads_until_then_and_the_page_says_so(copy, file, monkeypatch, no_caches):
    from ui.components import resources

    monkeypatch.setattr(resources, "chosen_model", lambda: "copy")
    assert resources.load_best_reader().reader.name == "tiny"
    flip_a_bit(copy / file, random.Random(0))
    loaded = resources.load_best_reader()
    assert loaded.reader.name != "tiny"
    assert loaded.warning is not None
    assert f"{loaded.reader.name} is used instead" in loaded.warning


def test_a_card_reads_as_it_was_written(copy):
    card = Card.read(copy / "card.json")
    card.write(copy / "card.json")
    assert Card.read(copy / "card.json") == card


def test_a_card_from_before_cards_had_a_checksum_is_read(copy):
    text = (copy / "card.json").read_text()
    start = text.index(',\n    "card.json"')
    (copy / "card.json").write_text(text[:start] + text[text.index("\n", start + 2) :])
    Reader(copy)
