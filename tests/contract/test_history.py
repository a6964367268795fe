"""A contract is really compared with what it was: in a repository, a shallow clone, and an export without git."""

import json
import subprocess

import pytest

from tests.contract import history
from tests.contract.compatibility import compare
from tests.contract.test_compatibility import DATA, EVENTS, changed, drop, put

FILE = "services/dossier/contract/events.json"


def git(root, *words):
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)


def commit(root, contract):
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(contract))
    git(root, "add", "-A")
    git(root, "commit", "-m", "a contract", "--allow-empty")


def problems(root, contract) -> list[str]:
    return [
        problem
        for old in history.earlier(root, FILE).values()
        for problem in compare(json.loads(old), contract)
    ]


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.delenv("CONTRACT_BASE", raising=False)
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-b", "main")
    commit(root, EVENTS)
    return root


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (drop("properties", "code"), "/code is gone"),
        (put("properties", "at", value={"type": "integer"}), "/at is integer, not string"),
    ],
)
class TestBreakingChange:
    def test_is_found_before_it_is_committed(self, repository, change, says):
        [problem] = problems(repository, changed(EVENTS, DATA, change))
        assert says in problem

    def test_is_found_when_it_is_committed(self, repository, change, says):
        broken = changed(EVENTS, DATA, change)
        commit(repository, broken)
        [problem] = problems(repository, broken)
        assert says in problem

    def test_is_found_until_the_next_release(self, repository, change, says):
        git(repository, "tag", "v1.0.0")
        broken = changed(EVENTS, DATA, change)
        for _ in range(3):
            commit(repository, broken)
        [problem] = problems(repository, broken)
        assert says in problem


def test_branch_is_compared_with_where_it_began(repository, tmp_path):
    clone = tmp_path / "clone"
    git(tmp_path, "clone", str(repository), str(clone))
    broken = changed(EVENTS, DATA, drop("properties", "code"))
    for _ in range(3):
        commit(clone, broken)
    assert len(problems(clone, broken)) == 1


def test_shallow_clone_has_only_the_commit_at_hand(repository, tmp_path):
    commit(repository, EVENTS)
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "--depth", "1", repository.as_uri(), str(clone))
    git(clone, "remote", "remove", "origin")
    assert list(history.earlier(clone, FILE)) == ["HEAD"]
    assert problems(clone, EVENTS) == []


def test_export_without_git_has_no_history(tmp_path, monkeypatch):
    monkeypatch.delenv("CONTRACT_BASE", raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert history.earlier(tmp_path, FILE) == {}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert history.earlier(tmp_path, FILE) == {}


def test_base_may_be_named(repository, monkeypatch):
    git(repository, "tag", "here")
    monkeypatch.setenv("CONTRACT_BASE", "here")
    assert list(history.earlier(repository, FILE)) == ["here"]
