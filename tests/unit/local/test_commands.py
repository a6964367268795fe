"""The table of commands, the summary, the logs."""

from importlib import import_module

import pytest

from deploy.local import cli, commands, down, logs, status, summary, testing
from deploy.local.launch import clean_environment
from services.identity import sandbox


@pytest.mark.parametrize("name", sorted(cli._COMMANDS))
def test_every_command_of_the_table_exists_and_is_in_the_help(name, capsys):
    command = cli._COMMANDS[name]
    module, _, function = command.target.partition(":")
    assert callable(getattr(import_module(module), function))
    assert cli.main(["help"]) == 0
    assert command.usage in capsys.readouterr().out


def test_an_unknown_command_is_told_what_there_is(capsys):
    assert cli.main(["upp"]) == 2
    said = capsys.readouterr().err
    assert "there is no command upp" in said
    assert "up [-d] [--port N]" in said


def test_without_a_running_platform_the_answer_says_how_to_start_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MOTCUA_VAR", str(tmp_path / "nothing"))
    for asked in (["restart", "dossier"], ["scale", "dossier=2"], ["dead", "list", "dossier"], ["demo"]):
        monkeypatch.delenv("MOTCUA_URL", raising=False)
        assert cli.main(asked) == 1
        assert "./motcua up" in capsys.readouterr().err


def test_status_of_nothing_is_not_healthy_and_still_json(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MOTCUA_VAR", str(tmp_path / "nothing"))
    assert cli.main(["status", "--json"]) == 1
    assert '"processes": []' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("phase", "health", "healthy"),
    [
        ("running", ["ready", "ready"], True),
        ("running", ["ready", "unhealthy"], False),
        ("running", ["dead"], False),
        ("starting", ["ready"], False),
        ("stopping", ["ready"], False),
    ],
)
def test_healthy_means_running_and_all_ready(phase, health, healthy):
    processes = [{"health": one} for one in health]
    assert status.healthy({"phase": phase, "processes": processes}) is healthy


def test_down_wipes_what_it_made_and_nothing_else(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MOTCUA_VAR", str(tmp_path))
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "file").write_text("a citizen's paper")
    (tmp_path / "secrets").write_text("{}")
    (tmp_path / "state.json").write_text('{"instance": "of-nobody"}')
    (tmp_path / "notes.txt").write_text("mine")
    assert down.run(["--wipe"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_down_where_nothing_was_started_does_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MOTCUA_VAR", str(tmp_path / "nothing"))
    assert down.run([]) == 0
    assert not (tmp_path / "nothing").exists()


def test_scale_wants_a_number(capsys):
    with pytest.raises(SystemExit):
        commands.scale(["dossier=many"])
    assert "dossier=2" in capsys.readouterr().err


def test_the_summary_lists_the_sandbox_accounts_as_they_are():
    people = [(c["personal_number"], c["name"]) for c in sandbox.CITIZENS]
    people += [(b["tax_code"], b["name"]) for b in sandbox.BUSINESSES]
    people += [(o["username"], o["name"]) for o in sandbox.OFFICIALS]
    assert [(login, name) for login, name, _ in summary.ACCOUNTS] == people
    assert summary.PASSWORD == sandbox.PASSWORD
    for official, (_, _, role) in zip(sandbox.OFFICIALS, summary.ACCOUNTS[3:], strict=True):
        assert official["agency"] in role


def test_the_environment_of_another_platform_does_not_leak(monkeypatch):
    for name in ("AMQP_URL", "DATABASE_URL", "METRICS_PORT", "RABBITMQ_NODENAME", "SERVICE_SECRET"):
        monkeypatch.setenv(name, "another's")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    environment = clean_environment(without=("SERVICE_SECRET",))
    assert "another's" not in environment.values()
    assert environment["LOG_LEVEL"] == "debug"


def test_a_large_log_is_moved_aside_and_goes_on_at_its_start(tmp_path):
    log = tmp_path / "dossier.log"
    with log.open("ab") as writer:
        writer.write(b"old line\n" * 10)
        writer.flush()
        logs.rotate(tmp_path, largest=50)
        writer.write(b"new line\n")
    assert log.read_text() == "new line\n"
    assert (tmp_path / "dossier.log.1").read_text() == "old line\n" * 10


def test_logs_of_a_service_are_those_of_its_replicas_and_relay(tmp_path):
    for name in ("dossier", "dossier-2", "dossier-relay", "payment", "migrate-dossier"):
        (tmp_path / f"{name}.log").touch()
    names = [log.stem for log in logs.files_of(tmp_path, "dossier")]
    assert names == ["dossier", "dossier-2", "dossier-relay"]
    assert "migrate-dossier" not in [log.stem for log in logs.files_of(tmp_path, None)]
    assert [log.stem for log in logs.files_of(tmp_path, "migrate-dossier")] == ["migrate-dossier"]


def test_following_a_log_gives_whole_lines_also_after_rotation(tmp_path):
    log = tmp_path / "edge.log"
    log.write_text("before\n")
    follower = logs.Follower([log])
    with log.open("ab", buffering=0) as writer:
        assert list(follower.new_lines()) == []
        writer.write("một\nha".encode())
        assert list(follower.new_lines()) == [(log, "một")]
        writer.write(b"i\n")
        assert list(follower.new_lines()) == [(log, "hai")]
        logs.rotate(tmp_path, largest=5)
        writer.write(b"ba\n")
        assert list(follower.new_lines()) == [(log, "ba")]


def test_every_part_of_the_tests_can_be_asked_for():
    assert testing.PARTS == ("lint", "unit", "integration", "contract", "journeys", "containers")
    unit = next(check for check in testing.CHECKS if check.part == "unit")
    assert "--disable-socket" in unit.command


def test_container_tests_are_left_out_only_with_a_reason(monkeypatch):
    monkeypatch.setenv("TEST_WITHOUT_CONTAINERS", "1")
    assert "TEST_WITHOUT_CONTAINERS" in testing.engine_missing()
    monkeypatch.delenv("TEST_WITHOUT_CONTAINERS")
    monkeypatch.setenv("PATH", "")
    assert testing.engine_missing() == "no container engine is installed"
