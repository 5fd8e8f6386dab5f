"""The main job, step by step: what a newcomer would type, from nothing to synced contacts."""

from collections.abc import Callable

from contactd_zoho_sandbox.control import Sandbox
from demo.stage import UNHURRIED, Stage

Step = Callable[[Stage], None]

#: The customers of the sandbox that the second act changes and deletes.
CHANGED, DELETED = "bjorn.hansen@yahoo.no", "frantisekw@jetbrains.com"


def start(on: Stage) -> None:
    on.say("A Zoho Books with 66 contacts answers on the loopback; contactd starts on an empty SQLite store.")
    on.daemon.start()
    on.ctl("info")


def sources(on: Stage) -> None:
    on.say("What can be connected?")
    on.ctl("plugins list")


def connect(on: Stage) -> None:
    on.say("Connect the account: the settings of a self client, then the grant code that its owner consented to.")
    secret = on.folder / "client_secret"
    secret.write_text(str(on.sandbox.ready.client_secret))
    settings = f"--set client_id={on.sandbox.ready.client_id} --set accounts_url={on.sandbox.url} {UNHURRIED}"
    on.ctl(f"connections create books --kind zoho-books {settings} --secret-file client_secret={secret}")


def authorize(on: Stage) -> None:
    code = on.folder / "grant_code"
    code.write_text(on.sandbox.grant(seconds=600))
    on.ctl(f"connections authorize books --code-file {code}")


def organizations(on: Stage) -> None:
    on.say("Which organization?")
    on.ctl("connections organizations books")


def select(on: Stage) -> None:
    on.ctl(f"connections select books {chinook(on.sandbox)}")


def mailing_list(on: Stage) -> None:
    on.say("A mailing list for them, and a sync: the suggested mapping, and the company as a new field.")
    on.ctl("lists create customers --title 'All customers'")


def create(on: Stage) -> None:
    schedule = "--daily 06:30 --zone Europe/Brussels"
    on.ctl(f"syncs create books-main --connection books --list customers --new-field company_name=company {schedule}")


def preview(on: Stage) -> None:
    on.say("What would happen? Nothing is written yet.")
    on.ctl("syncs preview books-main")


def initiate(on: Stage) -> None:
    on.say("Now for real. (The sandbox takes its time, as a vendor does, so that there is something to watch.)")
    take_time(on)
    on.ctl("syncs initiate books-main --yes --watch")


def look(on: Stage) -> None:
    on.say("What came of it.")
    on.ctl("syncs show books-main")
    on.ctl("lists show customers")
    on.ctl("contacts list --list customers --limit 10")
    on.ctl("notifications list")


def skipped(on: Stage) -> None:
    on.say("Who did not arrive, and why? As a file, for whoever mends it at the source.")
    run = on.ask("runs list books-main")[0]["name"].rpartition("/")[2]
    on.ctl(f"runs skipped {run}")
    on.ctl(f"runs skipped {run} --output {on.folder}/skipped.csv")
    if on.loud:
        print((on.folder / "skipped.csv").read_text())


def change(on: Stage) -> None:
    on.say("At the source one customer gets a new name, and another one is deleted. A sweep sees both.")
    if on.sandbox.find_all(DELETED):
        on.sandbox.edit(on.sandbox.find(CHANGED), first_name="Bjørn Erik")
        on.sandbox.delete(on.sandbox.find(DELETED))


def sweep(on: Stage) -> None:
    take_time(on)
    on.ctl("syncs run books-main --sweep --watch")


def look_again(on: Stage) -> None:
    on.ctl("syncs show books-main")
    on.ctl(f"contacts show {CHANGED}")
    on.ctl("lists show customers")


def take_time(on: Stage) -> None:
    """Let the vendor answer slowly, where somebody watches."""
    if on.loud:
        on.sandbox.plant(kind="delay", path="/books/v3/contacts", seconds=1.5)


def stop(on: Stage) -> None:
    on.say("Everything stops.")
    code = on.daemon.stop()
    if code != 0:
        raise SystemExit(f"contactd ended with {code}")


def chinook(sandbox: Sandbox) -> str:
    """Give the id of the organization that holds the Chinook customers."""
    return next(one.organization_id for one in sandbox.ready.organizations if one.name == "Chinook Records")


FIRST_ACT: tuple[Step, ...] = (
    start,
    sources,
    connect,
    authorize,
    organizations,
    select,
    mailing_list,
    create,
    preview,
    initiate,
    look,
    skipped,
)
SECOND_ACT: tuple[Step, ...] = (change, sweep, look_again)
