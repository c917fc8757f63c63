"""The `Dockerfile` and `.dockerignore`, read as far as this project uses them."""

import json
import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from deploy.clean_environment import ROOT, files_of_repository

DOCKERFILE = ROOT / "Dockerfile"
IGNORED = ROOT / ".dockerignore"


@dataclass(frozen=True)
class Step:
    """One instruction: its keyword, in capitals, and what follows it."""

    keyword: str
    rest: str

    def words(self) -> list[str]:
        """Return what follows as words, without options; the words of a JSON list as they are."""
        if "[" in self.rest:
            return [str(word) for word in json.loads(self.rest[self.rest.index("[") :])]
        return [word for word in shlex.split(self.rest) if not word.startswith("--")]


def read_stages(text: str | None = None) -> list[list[Step]]:
    """Return the steps of each stage of the `Dockerfile`, or of another one's text."""
    text = DOCKERFILE.read_text(encoding="utf-8") if text is None else text
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    stages: list[list[Step]] = []
    for line in filter(str.strip, whole.splitlines()):
        keyword, _, rest = line.partition(" ")
        if keyword.upper() == "FROM":
            stages.append([])
        if stages:
            stages[-1].append(Step(keyword.upper(), rest.strip()))
    return stages


def variables(stage: list[Step], before: dict[str, str]) -> dict[str, str]:
    """Return the environment that a stage's `ENV` make of the one before."""
    found = dict(before)
    for step in stage:
        if step.keyword == "ENV":
            for word in shlex.split(step.rest):
                name, _, value = word.partition("=")
                found[name] = value.replace("$PATH", found.get("PATH", ""))
    return found


def last(stage: list[Step], keyword: str) -> Step:
    """Return the last step of a kind, which is the one that counts."""
    return [step for step in stage if step.keyword == keyword][-1]


def context_files() -> list[str]:
    """Return the files of the repository that get into the image."""
    rules = [line for line in IGNORED.read_text(encoding="utf-8").splitlines() if line]
    return [name for name in files_of_repository() if not is_ignored(name, rules)]


def is_ignored(name: str, rules: list[str]) -> bool:
    """Tell whether `.dockerignore` leaves a file out: the last rule that fits it decides."""
    ignored = False
    for rule in rules:
        if rule.startswith("#"):
            continue
        pattern = rule.removeprefix("!").removeprefix("**/")
        places = [name, *(str(folder) for folder in Path(name).parents)]
        if rule.removeprefix("!").startswith("**/"):
            places += Path(name).parts
        if any(fnmatch(place, pattern) for place in places):
            ignored = not rule.startswith("!")
    return ignored
