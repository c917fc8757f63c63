"""The keys of `st.session_state`: those that modules share stand in ui/base/session_keys.py."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from ui.base import session_keys

ROOT = Path(__file__).parents[1]
HOME = ROOT / "ui" / "base" / "session_keys.py"
METHODS = {"get", "pop", "setdefault"}
SHARED = {value for name, value in vars(session_keys).items() if name.isupper()}


def is_state(node: ast.AST) -> bool:
    """Return whether an expression is `st.session_state`."""
    return isinstance(node, ast.Attribute) and node.attr == "session_state"


def key_expressions(node: ast.AST) -> list[ast.expr]:
    """Return the expressions in a node, itself only, that are used as keys of the session."""
    match node:
        case ast.Subscript(value=value, slice=key) if is_state(value):
            return [key]
        case ast.Call(func=ast.Attribute(value=value, attr=method), args=[key, *_]) if (
            is_state(value) and method in METHODS
        ):
            return [key]
        case ast.Compare(left=key, comparators=[value]) if is_state(value):
            return [key]
        case ast.Attribute(value=value, attr=name) if is_state(value) and name not in METHODS:
            return [ast.Constant(name)]
        case ast.Call(keywords=keywords):
            return [keyword.value for keyword in keywords if keyword.arg == "key"]
        case _:
            return []


def own_constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Return the constants that a module defines."""
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def literal_keys(source: str) -> set[str]:
    """Return the session keys that a module writes as text, attribute or constant of its own."""
    tree = ast.parse(source)
    constants = own_constants(tree)
    found = [key for node in ast.walk(tree) for key in key_expressions(node)]
    keys = [constants.get(key.id) if isinstance(key, ast.Name) else key for key in found]
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def users_of_keys() -> dict[str, list[str]]:
    """Return for each key the modules that define it themselves."""
    users = defaultdict(list)
    for path in [*ROOT.glob("ui/**/*.py"), *ROOT.glob("pages/*.py")]:
        for key in literal_keys(path.read_text(encoding="utf-8")):
            users[key].append(str(path.relative_to(ROOT)))
    return dict(users)


@pytest.mark.parametrize(
    "source",
    [
        "st.session_state['x']",
        "st.session_state['x'] = 1",
        "st.session_state.x += 1",
        "st.session_state.get('x')",
        "st.session_state.pop('x', None)",
        "st.session_state.setdefault('x', 1)",
        "'x' not in st.session_state",
        "st.button('Go', key='x')",
        "column.button('Go', key='x')",
        "KEY = 'x'\nst.session_state[KEY]",
    ],
)
def test_every_way_to_write_a_key_is_found(source):
    assert literal_keys(source) == {"x"}


def test_every_other_key_is_used_in_one_module_only():
    users = users_of_keys()
    assert "shuffle" in users  # the search finds something
    assert {key: modules for key, modules in users.items() if len(modules) > 1} == {}


def test_shared_keys_are_defined_only_at_their_home():
    assert not SHARED & users_of_keys().keys()


def test_no_key_has_two_names():
    names = [name for name in vars(session_keys) if name.isupper()]
    assert len(names) == len(SHARED)


def test_every_key_says_in_its_line_what_it_holds():
    lines = [line for line in HOME.read_text(encoding="utf-8").splitlines() if " = " in line]
    assert len(lines) == len(SHARED)
    assert all("  # " in line for line in lines)
