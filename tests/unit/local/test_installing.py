"""When something is missing and cannot be installed, the message has the command to run."""

import os
import subprocess

import pytest

from deploy.local import testing
from deploy.local.paths import ROOT
from deploy.local.servers import install
from deploy.local.servers.install import CannotInstall, install_rabbitmq


@pytest.fixture
def without_rabbitmq(monkeypatch):
    monkeypatch.setattr(install, "_PLACES", ())


def test_without_apt_the_message_has_the_command_and_the_other_way(without_rabbitmq, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CannotInstall) as failure:
        install_rabbitmq()
    assert f"sudo sh {ROOT}/deploy/local/apt-install.sh rabbitmq-server" in str(failure.value)
    assert "AMQP_URL" in str(failure.value)


def test_without_sudo_an_ordinary_user_gets_the_same_message(without_rabbitmq, monkeypatch, tmp_path, capsys):
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\nexit 0\n")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CannotInstall, match="Run this once"):
        install_rabbitmq()


def test_the_tests_say_the_same_instead_of_failing_one_by_one(without_rabbitmq, monkeypatch, capsys):
    for name in ("TEST_AMQP_URL", "AMQP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "")
    assert testing.run(["integration"]) == 1
    assert "apt-install.sh rabbitmq-server" in capsys.readouterr().out.replace("\n", "")


def test_the_shell_scripts_are_plain_posix():
    for script in ("motcua", "deploy/local/apt-install.sh"):
        assert subprocess.run(["/bin/sh", "-n", ROOT / script], check=False).returncode == 0
        assert (ROOT / script).read_text().startswith("#!/bin/sh\n")
