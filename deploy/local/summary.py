"""What a newcomer needs once the platform runs: addresses, accounts, what to try next."""

from typing import Any

from rich.table import Table

from deploy.local.say import say, show_table

PASSWORD = "MotCua-2026-sandbox"  # noqa: S105 - public on purpose: accounts to try the platform with

#: Sign-in name, who it is, what for.
ACCOUNTS = (
    ("001190000011", "Nguyễn Thị Hoa", "citizen; acts for the business 0100109106"),
    ("079085000022", "Trần Văn Nam", "citizen"),
    ("desk.hoa", "Lê Thị Hoa", "one-stop desk, 000.00.06.H26"),
    ("specialist.minh", "Đỗ Văn Minh", "specialist, 000.00.06.H26"),
    ("leader.lan", "Hoàng Thị Lan", "leader, 000.00.06.H26"),
    ("postal.tuan", "Vũ Anh Tuấn", "postal worker, 000.00.06.H26"),
    ("operator.binh", "Ngô Thanh Bình", "operator and publisher, 000.00.00.G22"),
    ("desk.other", "Bùi Thị Mai", "one-stop desk of another agency, 000.00.07.H29"),
    ("receiver.thu", "Mai Thị Thu", "receiver of petitions, 000.00.00.G22"),
    ("operator.chi", "Đặng Linh Chi", "operator, the second person, 000.00.00.G22"),
    ("inspector.yen", "Phan Hải Yến", "inspector, 000.00.00.G22"),
)


def show(status: dict[str, Any]) -> None:
    """Print it."""
    edge = status["edge"]["url"]
    if edge is None:
        return
    say(f"\n  HTTP API            {edge}/v1")
    say(f"  API description     {edge}/docs   {edge}/openapi.json")
    say(f"  Sandbox             {status['sandbox']['url']}   (payment gateway /vnpay, carrier /vnpost,")
    say("                      registers /registers, identity provider /vneid, another web site /rp,")
    say("                      mail and SMS /messages)\n")
    accounts = Table("Sandbox account", "Name", "Role", title_justify="left", box=None, padding=(0, 3, 0, 2))
    for account in ACCOUNTS:
        accounts.add_row(*account)
    show_table(accounts)
    say(f"\n  The password of all of them is {PASSWORD}\n")
    say("Try next, in another terminal:")
    say("  ./motcua demo        plays four dossiers from sign-up to a delivered, rated result")
    say("  ./motcua status      every process with its health and memory")
    say("  ./motcua logs -f     what they write\n")
