"""``reader add|list|secret``: the local register of those who sign, each with a secret of their own."""

from __future__ import annotations

import argparse
from typing import Any

from workstation.command.output import store_of, succeed
from workstation.command.report import plain, read_secret


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("reader", help="the register of those who sign")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    add = verbs.add_parser("add", help="enter a reader, who from then on signs only with the secret")
    add.add_argument("id", metavar="ID", help="short id that stands in the log")
    add.add_argument("--name", required=True, help="the name under reports")
    add.add_argument("--role", default="Radiologist", help="the role under reports")
    add.add_argument("--credentials", default="", help="for example MD, FRCR")
    add.add_argument(
        "--secret-file", required=True, metavar="F", help="file whose first line is the secret, - for stdin"
    )
    verbs.add_parser("list", help="who is in the register")
    secret = verbs.add_parser("secret", help="change a secret")
    secret.add_argument("id", metavar="ID")
    secret.add_argument("--old-secret-file", required=True, metavar="F")
    secret.add_argument("--secret-file", required=True, metavar="F")


def run(arguments: argparse.Namespace) -> int:
    with store_of(arguments) as store:
        return {"add": _add, "list": _list, "secret": _secret}[arguments.verb](arguments, store)


def _add(arguments: argparse.Namespace, store: Any) -> int:
    from workstation.workflow import access

    store.check_writable()
    known = {name: plain(getattr(arguments, name)) for name in ("name", "role", "credentials")}
    entered = access.register(store, plain(arguments.id), secret=read_secret(arguments.secret_file), **known)
    return succeed(arguments, {"reader": _json(entered)}, [f"{entered.id} is in the register."])


def _list(arguments: argparse.Namespace, store: Any) -> int:
    from workstation.workflow import access

    found = [_json(each) for each in access.register_of(store)]
    lines = ["  ".join(filter(None, each.values())) for each in found] or ["Nobody is in the register."]
    return succeed(arguments, {"readers": found}, lines)


def _secret(arguments: argparse.Namespace, store: Any) -> int:
    from workstation.workflow import access

    store.check_writable()
    access.change_secret(
        store, arguments.id, read_secret(arguments.old_secret_file), read_secret(arguments.secret_file)
    )
    return succeed(arguments, {"reader": {"id": arguments.id}}, ["The secret is changed."])


def _json(entered: Any) -> dict[str, str]:
    return {name: getattr(entered, name) for name in ("id", "name", "role", "credentials", "added_at")}
