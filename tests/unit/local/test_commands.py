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
        ("running", ["ready", "scaled to 0"], True),
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


@pytest.mark.parametrize("count", ["many", "", "-1", "²", "1.5"])
def test_scale_wants_a_number(capsys, count):
    with pytest.raises(SystemExit):
        commands.scale([f"dossier={count}"])
    assert "dossier=2" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["abc", "99999", "²"])
def test_up_wants_a_port(capsys, port):
    with pytest.raises(SystemExit):
        cli.main(["up", "--port", port])
    assert f"{port} is no port" in capsys.readouterr().err


def test_no_command_is_a_mistake_and_help_is_not(capsys):
    assert cli.main([]) == 2
    assert "Usage:" in capsys.readouterr().err
    for words in (["help"], ["--help"], ["rebuild", "--help"], ["catalogue", "--help"]):
        assert cli.main(words) == 0
        assert "./motcua" in capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        cli.main(["help", "scale"])
    assert left.value.code == 0
    assert "motcua scale" in capsys.readouterr().out


def test_a_mistyped_command_is_told_the_nearest(capsys):
    assert cli.main(["stauts"]) == 2
    assert "did you mean status?" in capsys.readouterr().err
    assert cli.main(["help", "xyzzy"]) == 2
    assert "did you mean" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["contract"],
        ["contract", "nope"],
        ["rebuild"],
        ["rebuild", "dossier"],
        ["operator"],
        ["catalogue", "export"],
    ],
)
def test_a_wrong_call_is_told_the_right_one(capsys, words):
    try:
        status = cli.main(words)
    except SystemExit as left:
        status = left.code
    assert status == 2
    assert words[0] in capsys.readouterr().err


def test_logs_of_something_unknown_are_told_what_there_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MOTCUA_VAR", str(tmp_path))
    assert cli.main(["logs"]) == 1
    assert "There are no logs" in capsys.readouterr().err
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "dossier.log").write_text("one\ntwo\n")
    assert cli.main(["logs", "nope"]) == 1
    assert "no logs of nope; there are: dossier" in capsys.readouterr().err
    assert cli.main(["logs", "dossier", "-n", "1"]) == 0
    assert capsys.readouterr().out == "dossier | two\n"
    assert cli.main(["logs", "-n", "0"]) == 0
    assert capsys.readouterr().out == ""
    with pytest.raises(SystemExit):
        cli.main(["logs", "-n", "-3"])


def test_a_start_in_a_place_that_is_no_directory_is_one_line(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MOTCUA_VAR", str(tmp_path / "file"))
    assert cli.main(["up"]) == 1
    assert capsys.readouterr().err == f"motcua: [Errno 20] Not a directory: '{tmp_path / 'file'}'\n"


def test_the_demo_says_at_once_that_nobody_answers(capsys):
    assert cli.main(["demo", "--url", "nowhere"]) == 2
    assert "no platform answers at nowhere" in capsys.readouterr().err


def test_the_summary_lists_the_sandbox_accounts_as_they_are():
    people = [(c["personal_number"], c["name"]) for c in sandbox.CITIZENS]
    people += [(o["username"], o["name"]) for o in sandbox.OFFICIALS]
    assert [(login, name) for login, name, _ in summary.ACCOUNTS] == people
    assert summary.PASSWORD == sandbox.PASSWORD
    for official, (_, _, role) in zip(
        sandbox.OFFICIALS, summary.ACCOUNTS[len(sandbox.CITIZENS) :], strict=True
    ):
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
    assert testing.PARTS == ("lint", "unit", "integration", "contract", "journeys", "browser", "containers")
    unit = next(check for check in testing.CHECKS if check.part == "unit")
    assert "--disable-socket" in unit.command


def test_container_tests_are_left_out_only_with_a_reason(monkeypatch):
    monkeypatch.setenv("TEST_WITHOUT_CONTAINERS", "1")
    assert "TEST_WITHOUT_CONTAINERS" in testing.engine_missing()
    monkeypatch.delenv("TEST_WITHOUT_CONTAINERS")
    monkeypatch.setenv("PATH", "")
    assert testing.engine_missing() == "no container engine is installed"
