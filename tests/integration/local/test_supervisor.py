"""The supervisor over real processes that do nothing but live."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from deploy.local import cli, control
from deploy.local.launch import process_environment
from deploy.local.paths import ROOT
from deploy.local.state import MARKER, State


@dataclass
class Fakes:
    directory: Path
    process: subprocess.Popen | None = None

    def up(self, *wishes):
        command = [sys.executable, "-m", "tests.support.fake_platform", str(self.directory), *wishes]
        with (self.directory / "said").open("ab") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        return self

    def running(self):
        wait_until(lambda: "running" in self.said, self)
        return self

    @property
    def said(self):
        return (self.directory / "said").read_text()

    @property
    def diary(self):
        return [tuple(line.split()) for line in (self.directory / "diary").read_text().splitlines()]

    def status(self):
        return {p["name"]: p for p in control.ask(self.directory, "status")["processes"]}

    def pid(self, name):
        return self.status()[name]["pid"]

    def ask(self, what, **details):
        return control.ask(self.directory, what, **details)


def wait_until(true, fakes=None, seconds=15):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, fakes.said if fakes else "it never came true"
        time.sleep(0.05)


def alive(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.fixture
def fakes(tmp_path):
    running = Fakes(tmp_path)
    yield running
    if running.process and running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(20)


def test_status_names_every_process_with_pid_port_and_health(fakes):
    fakes.up("database", "dossier", "edge").running()
    status = fakes.status()
    assert set(status) == {"database", "dossier", "edge"}
    assert {p["health"] for p in status.values()} == {"ready"}
    assert all(alive(p["pid"]) for p in status.values())
    assert len({p["port"] for p in status.values()}) == 3


def test_interrupt_stops_everything_from_the_edge_to_the_servers(fakes):
    fakes.up("database", "sandbox", "relay", "dossier", "edge").running()
    pids = [p["pid"] for p in fakes.status().values()]
    fakes.process.send_signal(signal.SIGINT)
    assert fakes.process.wait(20) == 0
    assert not any(map(alive, pids))
    left = [name for name, what, *_ in fakes.diary if what == "left"]
    assert left == ["edge", "dossier", "relay", "sandbox", "database"]


def test_down_over_the_socket_stops_it(fakes):
    fakes.up("dossier").running()
    fakes.ask("down")
    assert fakes.process.wait(20) == 0
    with pytest.raises(control.NotRunning):
        fakes.ask("status")


def test_what_does_not_stop_in_its_time_is_killed(fakes):
    fakes.up("dossier:stubborn").running()
    pid = fakes.pid("dossier")
    fakes.process.send_signal(signal.SIGTERM)
    assert fakes.process.wait(20) == 0
    assert not alive(pid)
    assert "dossier did not stop within 1 s: killed" in fakes.said


def test_a_killed_child_is_started_again(fakes):
    fakes.up("dossier", "postal").running()
    before, other = fakes.pid("dossier"), fakes.pid("postal")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: (p := fakes.status()["dossier"])["health"] == "ready" and p["pid"] != before, fakes)
    assert fakes.status()["dossier"]["restarts"] == 1
    assert fakes.pid("postal") == other


def test_a_hanging_child_is_not_healthy(fakes):
    fakes.up("dossier").running()
    pid = fakes.pid("dossier")
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: fakes.status()["dossier"]["health"] == "unhealthy", fakes)
    os.kill(pid, signal.SIGCONT)
    wait_until(lambda: fakes.status()["dossier"]["health"] == "ready", fakes)
    assert fakes.pid("dossier") == pid


def test_what_can_never_start_ends_the_start_with_its_last_words(fakes):
    fakes.up("database", "dossier:broken")
    assert fakes.process.wait(30) == 1
    assert "dossier does not get ready" in fakes.said
    assert "this one cannot work" in fakes.said
    assert [what for name, what, *_ in fakes.diary if name == "database"][-1] == "left"


def test_an_interrupted_start_ends_within_seconds_and_says_so(fakes):
    fakes.up("database", "dossier:deaf")
    diary = fakes.directory / "diary"
    wait_until(lambda: diary.exists() and ("dossier", "came") in fakes.diary, fakes)
    pids = [p["pid"] for p in fakes.status().values()]
    began = time.monotonic()
    fakes.process.send_signal(signal.SIGINT)
    assert fakes.process.wait(20) == 130
    assert time.monotonic() - began < 10
    assert not any(map(alive, pids))
    assert "running" not in fakes.said


def test_why_a_start_failed_is_the_last_word(fakes):
    fakes.up("database", "dossier:broken")
    assert fakes.process.wait(30) == 1
    assert fakes.said.rstrip().endswith("this one cannot work")


def test_children_end_with_a_killed_supervisor(fakes):
    fakes.up("database", "dossier").running()
    pids = [p["pid"] for p in fakes.status().values()]
    fakes.process.kill()
    fakes.process.wait()
    wait_until(lambda: not any(map(alive, pids)), fakes)


def test_the_next_start_ends_what_outlived_the_killed_supervisor_and_nothing_else(fakes, tmp_path):
    fakes.up("dossier:stubborn").running()
    orphan = fakes.pid("dossier")
    marked_otherwise = process_environment({MARKER: "another-checkout"})
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=marked_otherwise)
    fakes.process.kill()
    fakes.process.wait()
    assert alive(orphan)
    (tmp_path / "said").unlink()
    fakes.up("dossier").running()
    assert "ended 1" in fakes.said
    assert not alive(orphan)
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_what_outlived_the_killed_supervisor_is_told_by_status_and_ended_by_down(fakes, monkeypatch, capsys):
    fakes.up("dossier:stubborn", "postal").running()
    orphan, obedient = fakes.pid("dossier"), fakes.pid("postal")
    marked_otherwise = process_environment({MARKER: "another-checkout"})
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=marked_otherwise)
    fakes.process.kill()
    fakes.process.wait()
    wait_until(lambda: not alive(obedient), fakes)
    monkeypatch.setenv("MOTCUA_VAR", str(fakes.directory))
    assert cli.main(["status", "--json"]) == 1
    status = json.loads(capsys.readouterr().out)
    assert status["phase"] == "abandoned"
    assert [(p["pid"], p["name"]) for p in status["processes"]] == [(orphan, "tests.support.fake_process")]
    assert status["memory_bytes"] > 0
    assert cli.main(["status"]) == 1
    said = capsys.readouterr().out
    assert "1 of its processes still run" in said
    assert "./motcua down" in said
    assert cli.main(["down"]) == 0
    assert "Ended 1 processes" in capsys.readouterr().out
    assert not alive(orphan)
    assert bystander.poll() is None
    assert cli.main(["status"]) == 1
    assert "The platform is stopped" in capsys.readouterr().out
    bystander.kill()
    bystander.wait()


def test_a_later_start_uses_the_same_ports(fakes, tmp_path):
    fakes.up("dossier", "edge").running()
    first = {name: p["port"] for name, p in fakes.status().items()}
    fakes.process.terminate()
    fakes.process.wait(20)
    (tmp_path / "said").unlink()
    fakes.up("dossier", "edge").running()
    assert {name: p["port"] for name, p in fakes.status().items()} == first


def test_restart_gives_a_process_a_new_pid_and_waits_until_it_is_ready(fakes):
    fakes.up("dossier", "postal").running()
    before = fakes.pid("dossier")
    # Requests that need a platform are refused while there is none; a restart does not need it.
    assert fakes.ask("restart", name="dossier") == {"restarted": ["dossier"]}
    assert fakes.pid("dossier") != before
    assert fakes.status()["dossier"]["health"] == "ready"


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"what": "restart", "name": "nobody"}, "there is no nobody"),
        ({"what": "scale", "name": "dossier", "count": 51}, "0 to 50"),
        ({"what": "scale", "name": "database", "count": 2}, "database cannot be scaled; these can"),
        ({"what": "environment", "service": "nobody"}, "there is no service nobody"),
        ({"what": "dance"}, "unknown request"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(fakes, request_, reason):
    fakes.up("database").running()
    with pytest.raises(control.Refused, match=reason):
        fakes.ask(**request_)


def test_only_one_supervisor_per_state_directory(fakes):
    fakes.up("dossier").running()
    second = subprocess.run(
        [sys.executable, "-m", "tests.support.fake_platform", str(fakes.directory), "postal"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert second.returncode != 0
    assert "AlreadyRunning" in second.stderr
    assert fakes.status()["dossier"]["health"] == "ready"


def test_a_state_directory_may_lie_deeper_than_a_socket_address_reaches(tmp_path):
    deep = tmp_path.joinpath(*["a-directory-with-a-long-name"] * 6)
    deep.mkdir(parents=True)
    fakes = Fakes(deep).up("dossier").running()
    assert len(str(deep)) > 108
    fakes.ask("down")
    assert fakes.process.wait(20) == 0


def test_the_secrets_of_the_platform_are_not_inherited(fakes, monkeypatch):
    monkeypatch.setenv("SERVICE_SECRET", "not for everybody")
    fakes.up("dossier").running()
    environment = psutil.Process(fakes.pid("dossier")).environ()
    assert "SERVICE_SECRET" not in environment
    assert environment[MARKER] == State(fakes.directory).instance
