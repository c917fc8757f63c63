"""The Training curves page: what it lists, what it draws, and what its address says."""

import csv
import io
import math
import shutil
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core.recipes import find_recipe
from mnist_core.registry import SHIPPED, list_models
from mnist_core.running.history import HISTORY, write_history
from mnist_core.running.runs import Run, new_run
from ui.chart_files import chart_png
from ui.curves import curves
from ui.curves.curve_charts import SHAPES, accuracy_chart, loss_chart, picture
from ui.curves.curve_choice import MOST, table_key
from ui.curves.curve_points import MOST_POINTS, curve_points, describe
from ui.curves.curve_table import table_row
from ui.curves.histories import (
    History,
    history_of_model,
    history_of_run,
    list_histories,
    refresh,
    write_table,
)

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]
SIX = ["pen-cnn", "keras-convnet", "logbook-mlp", "quick-cnn", "scratch-mlp", "simple-cnn"]


def row(epoch: int, loss: float, val_loss: float = math.nan) -> dict[str, float]:
    figures = (epoch, loss, 1 - loss / 3, val_loss, 1 - val_loss / 3, 0.25)
    return dict(zip(HISTORY, figures, strict=True))


def history(name: str, *rows: dict[str, float], recipe: str = "tutorial-mlp") -> History:
    return History(name, name, "kept", find_recipe(recipe), "mnist", rows)


def a_run(*rows: dict[str, float], state: str = "stopped", name: str | None = None) -> Run:
    """Return a run that has come so far."""
    run = new_run(find_recipe("tutorial-mlp").with_settings(["epochs=4"]), "uci-digits", name)
    write_history(run.folder / "history.csv", rows)
    run.set_state(state)
    return run


def open_curves(networks: str | None = None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    app.switch_page("pages/curves.py")
    if networks:
        app.query_params["networks"] = networks
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> list[str]:
    return list(app.multiselect(key="curves").value)


def charts(app: AppTest) -> list[Any]:
    return [chart.proto for chart in app.get("vega_lite_chart")]


def told(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


# The list


def test_every_model_and_every_run_is_in_the_table(data_root):
    run = a_run(row(1, 0.9, 0.8))
    shutil.copytree(SHIPPED / "softmax", data_root / "models" / "mine")
    names = [h.name for h in list_histories()]
    assert names == [run.id, *list_models()]
    assert len(open_curves().dataframe[0].value) == len(names)


def test_a_run_that_has_become_a_model_is_there_once(data_root):
    run = a_run(row(1, 0.9, 0.8), row(2, 0.7, 0.6), name="mine", state="finished")
    target = shutil.copytree(SHIPPED / "softmax", data_root / "models" / "mine")
    shutil.copy(run.folder / "history.csv", target)
    mine = next(h for h in list_histories() if h.name == "mine")
    assert mine.runs == (run.id,)
    assert run.id not in [h.name for h in list_histories()]
    assert shown(open_curves(run.id)) == ["mine"]


def test_what_is_damaged_is_left_out(data_root):
    target = shutil.copytree(SHIPPED / "softmax", data_root / "models" / "mine")
    (target / "card.json").write_text("{}")
    (data_root / "runs" / "damaged").mkdir(parents=True)
    assert [h.name for h in list_histories()] == [name for name in list_models() if name != "mine"]
    assert len(open_curves().dataframe[0].value) == len(list_histories())


def test_a_row_says_what_there_is_to_say_of_a_model():
    found = history_of_model("logbook-mlp")
    assert found
    said = table_row(found)
    assert said["Network"] == "logbook-mlp"
    assert said["Read right"] == pytest.approx(97.15)
    assert said["95 % interval"] == "96.81 to 97.46"
    assert (said["Best epoch"], said["Epochs"]) == (5, 10)
    assert said["Learned from"] == "MNIST, 42,000"
    assert said["Tested on"] == "MNIST's test set, 10,000"
    assert said["Changed"] == ""
    assert said["Size"] > 900_000


def test_a_row_says_what_there_is_to_say_of_a_run():
    run = a_run(row(1, 0.9, 0.8))
    found = next(h for h in list_histories() if h.name == run.id)
    said = table_row(found)
    assert said["Changed"] == "epochs 10 → 4"
    assert (said["Read right"], said["95 % interval"], said["Size"]) == (None, None, None)
    assert said["Learned from"] == "UCI digits"
    assert said["State"] == "stopped"


def test_without_anything_it_says_so(tmp_path, monkeypatch):
    for module in ("mnist_core.registry", "ui.curves.histories"):
        monkeypatch.setattr(f"{module}.SHIPPED", tmp_path / "nothing")
    app = open_curves()
    assert "Nothing has been trained" in app.info[0].value
    assert not app.dataframe


# The choice


def test_the_default_model_is_drawn_at_first():
    app = open_curves()
    assert shown(app) == ["pen-cnn"]
    assert len(charts(app)) == 2


def test_the_address_round_trip():
    first = open_curves("quick-cnn,logbook-mlp")
    assert shown(first) == ["quick-cnn", "logbook-mlp"]
    first.multiselect(key="curves").select("softmax").run()
    address = first.query_params["networks"]
    assert address == "quick-cnn,logbook-mlp,softmax"
    second = open_curves(address)
    assert [chart.spec for chart in charts(second)] == [chart.spec for chart in charts(first)]


def test_unknown_names_in_the_address_are_told_and_left_out():
    app = open_curves("quick-cnn,nowhere,../../etc")
    assert shown(app) == ["quick-cnn"]
    assert "nowhere, ../../etc" in app.warning[0].value
    assert app.query_params["networks"] == "quick-cnn"


def test_a_name_that_stands_twice_is_drawn_once():
    assert shown(open_curves("quick-cnn,quick-cnn")) == ["quick-cnn"]


def test_a_seventh_in_the_address_is_refused_with_a_word():
    app = open_curves(",".join([*SIX, "softmax"]))
    assert shown(app) == SIX
    assert len(SIX) == MOST
    assert "no more" in app.warning[0].value
    assert "softmax" in app.warning[0].value


def test_the_choice_survives_another_page():
    app = open_curves("quick-cnn,softmax")
    app.switch_page("pages/draw.py").run()
    app.query_params.clear()
    app.switch_page("pages/curves.py").run()
    assert shown(app) == ["quick-cnn", "softmax"]


def test_the_table_shows_what_is_chosen():
    app = open_curves("quick-cnn,pen-cnn")
    names = [h.name for h in list_histories()]
    ticked = app.session_state[table_key(names)]["selection"]["rows"]  # the first edition
    assert ticked == sorted(names.index(name) for name in ("quick-cnn", "pen-cnn"))


def test_nothing_chosen_is_an_invitation():
    app = open_curves()
    app.multiselect(key="curves").set_value([]).run()
    assert not charts(app)
    assert "as soon as a network is ticked" in told(app)
    assert "networks" not in app.query_params


def test_a_model_that_is_deleted_while_one_looks_at_it_is_told(data_root):
    target = shutil.copytree(SHIPPED / "softmax", data_root / "models" / "mine")
    app = open_curves("mine,quick-cnn")
    shutil.rmtree(target)
    app.run()
    assert not app.exception
    assert shown(app) == ["quick-cnn"]
    assert "mine" in app.warning[0].value


# The charts


def test_training_and_validation_are_drawn_for_each_network():
    points = curve_points([history("a", row(1, 0.9, 0.8), row(2, 0.6, 0.7))])
    lines = [(p["digits"], p["epoch"], p["loss"], p["best"]) for p in points]
    assert lines == [
        ("Learned from", 1, 0.9, False),
        ("Learned from", 2, 0.6, False),
        ("Held out", 1, 0.8, False),
        ("Held out", 2, 0.7, True),
    ]


def test_without_validation_there_is_no_second_line_and_no_best_epoch():
    points = curve_points([history("a", row(1, 0.9), row(2, 0.6))])
    assert {p["digits"] for p in points} == {"Learned from"}
    assert not any(p["best"] for p in points)


def test_a_single_epoch_has_a_point_of_its_own():
    softmax = history_of_model("softmax")
    assert softmax
    assert [p["marked"] for p in curve_points([softmax])] == [True]
    axis = loss_chart([softmax], logarithmic=False)["encoding"]["x"]
    assert axis["scale"]["domain"] == [1, 2]


def test_a_long_history_is_thinned_but_keeps_its_best_and_its_last():
    rows = [row(epoch, 3 / epoch, abs(epoch - 1234) / 2000 + 0.1) for epoch in range(1, 5001)]
    held_out = [p for p in curve_points([history("a", *rows)]) if p["digits"] == "Held out"]
    assert len(held_out) <= MOST_POINTS + 2
    assert [p["epoch"] for p in held_out if p["best"]] == [1234]
    assert held_out[-1]["epoch"] == 5000
    assert 10 <= sum(p["marked"] for p in held_out) <= 14


def test_an_epoch_that_came_to_nothing_has_no_point():
    diverged = history("a", row(1, 0.9, 0.8), row(2, math.nan, math.inf))
    assert [p["epoch"] for p in curve_points([diverged])] == [1, 1]


def test_networks_are_told_apart_without_colour():
    chosen = [history(name, row(1, 0.9, 0.8)) for name in SIX]
    shape = loss_chart(chosen, logarithmic=False)["layer"][1]["encoding"]["shape"]
    assert shape["scale"]["domain"] == SIX
    assert len(set(shape["scale"]["range"])) == len(SHAPES) == MOST


def test_kinds_of_digits_are_told_apart_by_their_lines():
    dash = loss_chart([history("a", row(1, 1))], logarithmic=False)["layer"][0]["encoding"]
    assert dash["strokeDash"]["scale"]["domain"] == ["Learned from", "Held out"]


def test_a_logarithmic_scale_shows_loss_and_what_is_read_wrong():
    chosen = [history("a", row(1, 0.9, 0.8))]
    loss, wrong = (chart(chosen, logarithmic=True) for chart in (loss_chart, accuracy_chart))
    assert loss["encoding"]["y"]["scale"]["type"] == "log"
    assert wrong["encoding"]["y"]["field"] == "wrong"
    assert wrong["encoding"]["y"]["scale"]["type"] == "log"
    assert wrong["transform"] == [{"filter": "datum.wrong > 0"}]  # there is no logarithm of 0


def test_every_point_has_a_tooltip():
    chart = accuracy_chart([history("a", row(1, 0.9, 0.8))], logarithmic=False)
    assert [item["field"] for item in chart["encoding"]["tooltip"]] == [
        *("network", "digits", "epoch", "accuracy", "loss")
    ]
    assert chart["layer"][-1]["params"][0]["select"]["nearest"]


def test_a_chart_is_told_in_words():
    said = describe([history("a", row(1, 0.9, 0.6)), history("b"), history("c", row(3, 0.3))])
    assert "a after epoch 1: learned from 70.0% right, loss 0.900; held out 80.0% right" in said
    assert "b: nothing yet" in said
    assert said.endswith("c after epoch 3: learned from 90.0% right, loss 0.300")


def test_the_logarithmic_scale_is_switched_on_the_page():
    app = open_curves("quick-cnn")
    assert "log" not in charts(app)[1].spec
    app.toggle(key="log").set_value(True).run()
    assert '"log"' in charts(app)[1].spec


def test_the_gap_is_named():
    assert "**logbook-mlp**: From epoch 6 on it learns by heart" in told(open_curves("logbook-mlp"))


# The files


@pytest.mark.parametrize(
    "names", [["quick-cnn"], SIX, ["softmax"], ["scratch-mlp", "simple-nn"]], ids=len
)
@pytest.mark.parametrize("logarithmic", [False, True])
def test_the_picture_is_a_png_with_both_charts(names, logarithmic):
    chosen = [found for name in names if (found := history_of_model(name))]
    content = chart_png(picture(chosen, logarithmic=logarithmic), 944, 480)
    width, height = Image.open(io.BytesIO(content)).size
    assert 2 * 860 < width < 2 * 1100
    assert 2 * 600 < height < 2 * 900


def test_the_table_of_figures_is_tidy():
    chosen = [history("a", row(1, 0.9, 0.8), row(2, 0.6, 0.7)), history("b", row(1, 0.5))]
    table = list(csv.DictReader(io.StringIO(write_table(chosen))))
    assert len(table) == 5
    assert table[1] == {
        "network": "a",
        "epoch": "1",
        "digits": "validation",
        "loss": "0.8",
        "accuracy": repr(1 - 0.8 / 3),
        "seconds": "0.25",
    }
    assert [line["digits"] for line in table if line["network"] == "b"] == ["training"]


def test_no_cell_of_the_table_can_be_a_formula(going_on):
    everything = [history_of_run(going_on), *list_histories(), history("a", row(1, 0.5))]
    cells = [cell for line in csv.reader(io.StringIO(write_table(everything))) for cell in line]
    assert len(cells) > 100
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]


def test_figures_and_picture_are_offered():
    offered = [button.proto.label for button in open_curves().get("download_button")]
    assert offered == ["Figures (CSV)", "Picture (PNG)"]


# Runs that go on


@pytest.fixture
def going_on(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that looks as if its process were alive."""
    monkeypatch.setattr(Run, "is_alive", lambda self: True)
    return a_run(row(1, 0.9, 0.8), state="running")


def test_a_run_that_goes_on_is_drawn_and_grows(going_on):
    app = open_curves()
    assert shown(app) == [going_on.id, "pen-cnn"]
    found = next(h for h in list_histories() if h.name == going_on.id)
    assert found.is_going_on
    write_history(going_on.folder / "history.csv", [row(1, 0.9, 0.8), row(2, 0.5, 0.6)])
    assert len(refresh(found).rows) == 2
    app.run()
    assert f"{found.title} after epoch 2" in charts(app)[0].alt


def test_the_page_looks_again_only_while_something_goes_on(going_on, monkeypatch):
    looked: list[float | None] = []
    original = st.fragment

    def fragment(body: Any, *, run_every: float | None = None) -> Any:
        if body is curves.draw_curves:
            looked.append(run_every)
        return original(body)

    monkeypatch.setattr(curves.st, "fragment", fragment)
    open_curves(going_on.id)
    going_on.set_state("stopped")
    open_curves(going_on.id)
    assert looked == [1.0, None]


def test_a_run_without_an_epoch_waits_for_its_curves(going_on):
    write_history(going_on.folder / "history.csv", [])
    app = open_curves(going_on.id)
    assert not charts(app)
    assert "begin when the first epoch is over" in told(app)


def test_a_truncated_last_line_does_no_harm(going_on):
    path = going_on.folder / "history.csv"
    path.write_text(path.read_text() + "2,0.5,0.")
    app = open_curves(going_on.id)
    assert "after epoch 1" in charts(app)[0].alt
