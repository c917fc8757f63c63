"""The Training curves page: its table, its choice of networks, its charts and its files."""

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

from mnist_core.models.registry import SHIPPED, list_models
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.history import HISTORY, write_history
from mnist_core.runs.run import Run
from mnist_core.runs.store import new_run
from ui.components.chart_files import chart_png
from ui.curves import curves
from ui.curves.curve_charts import SHAPES, accuracy_chart, both_charts, loss_chart
from ui.curves.curve_choice import MAX_NETWORKS, table_key
from ui.curves.curve_points import MAX_POINTS, curve_points, describe
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
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
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


def test_the_row_of_a_model():
    found = history_of_model("logbook-mlp")
    assert found
    said = table_row(found)
    assert said["Network"] == "logbook-mlp"
    assert said["Accuracy"] == pytest.approx(97.15)
    assert said["95 % interval"] == "96.81 to 97.46"
    assert (said["Best epoch"], said["Epochs"]) == (5, 10)
    assert said["Trained on"] == "MNIST, 42,000"
    assert said["Tested on"] == "MNIST's test set, 10,000"
    assert said["Changed"] == ""
    assert said["Size"] > 900_000


def test_the_row_of_a_run():
    run = a_run(row(1, 0.9, 0.8))
    found = next(h for h in list_histories() if h.name == run.id)
    said = table_row(found)
    assert said["Changed"] == "epochs 10 → 4"
    assert (said["Accuracy"], said["95 % interval"], said["Size"]) == (None, None, None)
    assert said["Trained on"] == "UCI digits"
    assert said["State"] == "stopped"


def test_without_anything_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("mnist_core.models.registry.SHIPPED", tmp_path / "nothing")
    app = open_curves()
    assert "No network has been trained" in app.info[0].value
    assert not app.dataframe


# The choice


def test_the_default_model_is_drawn_at_first():
    app = open_curves()
    assert shown(app) == ["pen-cnn"]
    assert len(charts(app)) == 2


def test_the_url_round_trip():
    first = open_curves("quick-cnn,logbook-mlp")
    assert shown(first) == ["quick-cnn", "logbook-mlp"]
    first.multiselect(key="curves").select("softmax").run()
    address = first.query_params["networks"]
    assert address == "quick-cnn,logbook-mlp,softmax"
    second = open_curves(address)
    assert [chart.spec for chart in charts(second)] == [chart.spec for chart in charts(first)]


def test_unknown_names_in_the_url_are_reported_and_left_out():
    app = open_curves("quick-cnn,nowhere,../../etc")
    assert shown(app) == ["quick-cnn"]
    assert "nowhere, ../../etc" in app.warning[0].value
    assert app.query_params["networks"] == "quick-cnn"


def test_a_repeated_name_is_drawn_once():
    assert shown(open_curves("quick-cnn,quick-cnn")) == ["quick-cnn"]


def test_a_seventh_network_in_the_url_is_refused_with_a_warning():
    app = open_curves(",".join([*SIX, "softmax"]))
    assert shown(app) == SIX
    assert len(SIX) == MAX_NETWORKS
    assert "Six networks at most" in app.warning[0].value
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
    ticked = app.session_state[table_key(names)]["selection"]["rows"]  # revision 0
    assert ticked == sorted(names.index(name) for name in ("quick-cnn", "pen-cnn"))


def test_without_a_choice_the_page_asks_for_one():
    app = open_curves()
    app.multiselect(key="curves").set_value([]).run()
    assert not charts(app)
    assert "Select a network to see its curves" in told(app)
    assert "networks" not in app.query_params


def test_a_model_deleted_while_its_curves_are_shown_is_reported(data_root):
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
        ("Training", 1, 0.9, False),
        ("Training", 2, 0.6, False),
        ("Validation", 1, 0.8, False),
        ("Validation", 2, 0.7, True),
    ]


def test_without_validation_there_is_no_second_line_and_no_best_epoch():
    points = curve_points([history("a", row(1, 0.9), row(2, 0.6))])
    assert {p["digits"] for p in points} == {"Training"}
    assert not any(p["best"] for p in points)


def test_a_single_epoch_has_a_point_of_its_own():
    softmax = history_of_model("softmax")
    assert softmax
    assert [p["marked"] for p in curve_points([softmax])] == [True]
    axis = loss_chart([softmax], logarithmic=False)["encoding"]["x"]
    assert axis["scale"]["domain"] == [1, 2]


def test_a_long_history_is_thinned_but_keeps_its_best_and_its_last():
    rows = [row(epoch, 3 / epoch, abs(epoch - 1234) / 2000 + 0.1) for epoch in range(1, 5001)]
    validation = [p for p in curve_points([history("a", *rows)]) if p["digits"] == "Validation"]
    assert len(validation) <= MAX_POINTS + 2
    assert [p["epoch"] for p in validation if p["best"]] == [1234]
    assert validation[-1]["epoch"] == 5000
    assert 10 <= sum(p["marked"] for p in validation) <= 14


def test_a_diverged_epoch_has_no_point():
    diverged = history("a", row(1, 0.9, 0.8), row(2, math.nan, math.inf))
    assert [p["epoch"] for p in curve_points([diverged])] == [1, 1]


def test_networks_are_told_apart_without_colour():
    chosen = [history(name, row(1, 0.9, 0.8)) for name in SIX]
    shape = loss_chart(chosen, logarithmic=False)["layer"][1]["encoding"]["shape"]
    assert shape["scale"]["domain"] == SIX
    assert len(set(shape["scale"]["range"])) == len(SHAPES) == MAX_NETWORKS


def test_training_and_validation_are_told_apart_by_their_lines():
    dash = loss_chart([history("a", row(1, 1))], logarithmic=False)["layer"][0]["encoding"]
    assert dash["strokeDash"]["scale"]["domain"] == ["Training", "Validation"]


def test_a_logarithmic_scale_shows_loss_and_error_rate():
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


def test_a_chart_has_an_alt_text():
    said = describe([history("a", row(1, 0.9, 0.6)), history("b"), history("c", row(3, 0.3))])
    assert "a after epoch 1: training accuracy 70.0%, loss 0.900; validation accuracy 80.0%" in said
    assert "b: nothing yet" in said
    assert said.endswith("c after epoch 3: training accuracy 90.0%, loss 0.300")


def test_the_logarithmic_scale_is_switched_on_the_page():
    app = open_curves("quick-cnn")
    assert "log" not in charts(app)[1].spec
    app.toggle(key="log").set_value(True).run()
    assert '"log"' in charts(app)[1].spec


def test_overfitting_is_named():
    assert "**logbook-mlp**: Overfitting from epoch 6" in told(open_curves("logbook-mlp"))


# The files


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "logarithmic"),
    [(SIX, False), (["softmax"], True), (["scratch-mlp", "simple-nn"], True)],
)
def test_the_picture_is_a_png_with_both_charts(names, logarithmic):
    chosen = [found for name in names if (found := history_of_model(name))]
    content = chart_png(both_charts(chosen, logarithmic=logarithmic), 944, 480)
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


def test_the_page_polls_only_while_a_run_goes_on(going_on, monkeypatch):
    polled: list[float | None] = []
    original = st.fragment

    def fragment(body: Any, *, run_every: float | None = None) -> Any:
        if body is curves.draw_curves:
            polled.append(run_every)
        return original(body)

    monkeypatch.setattr(curves.st, "fragment", fragment)
    open_curves(going_on.id)
    going_on.set_state("stopped")
    open_curves(going_on.id)
    assert polled == [1.0, None]


def test_a_run_without_an_epoch_waits_for_its_curves(going_on):
    write_history(going_on.folder / "history.csv", [])
    app = open_curves(going_on.id)
    assert not charts(app)
    assert "The curves start after the first epoch" in told(app)


def test_a_truncated_last_line_does_no_harm(going_on):
    path = going_on.folder / "history.csv"
    path.write_text(path.read_text() + "2,0.5,0.")
    app = open_curves(going_on.id)
    assert "after epoch 1" in charts(app)[0].alt
