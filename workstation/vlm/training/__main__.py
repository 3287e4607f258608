"""The command that rebuilds the bundled model: ``python -m workstation.vlm.training build --data FOLDER``.

Each stage can be run alone, stopped and started again; what is done is not done twice.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from workstation.errors import WorkstationError
from workstation.paths import bundled_models

ID = "cxr-llava-mini"
STAGES = {
    "pack": "prepare every film once",
    "fold": "one fold's encoder (--member, --fold 0 to 4 or all); lets two processes share the work",
    "encoder": "fold encoders, out-of-fold scores, thresholds, final encoder",
    "gate": "what kind of film it seems to be",
    "words": "vocabulary and language model on our own sentences, without films",
    "language": "projector and language model on the encoder's tokens; writes the weights",
    "test": "open NIH's test split once for these weights and note the look",
    "card": "manifest.toml and CARD.md from the measured tables",
    "cases": "NIH's rows of --split as a CASES.csv in --work, for `main.py evaluate`; no part of build",
    "build": "all before the cases, in this order: the one command",
}


def parser() -> argparse.ArgumentParser:
    described = "\n".join(f"  {name:10}{text}" for name, text in STAGES.items())
    made = argparse.ArgumentParser(
        "python -m workstation.vlm.training",
        description=f"Train the bundled model from the shared films.\n\n{described}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("stage", choices=STAGES)
    made.add_argument("--data", type=Path, required=True, help="folder with nih, rsna_normal, kermany, hannover_covid")
    made.add_argument("--work", type=Path, required=True, help="folder for packed films, checkpoints and tables")
    made.add_argument("--out", type=Path, default=bundled_models() / ID, help="the model's folder")
    made.add_argument("--fold", default="all", choices=("0", "1", "2", "3", "4", "all"))
    made.add_argument("--member", default="conv", choices=("conv", "vit", "peer"), help="whose fold; peer = the rival")
    made.add_argument("--split", default="val", choices=("val", "test"), help="of cases; each look at test is noted")
    made.add_argument("--note", default="", help="a sentence for the card about this very run")
    made.add_argument("--threads", type=int, default=0, help="CPU threads; 0 = torch's own choice")
    made.add_argument("--quick", action="store_true", help="one epoch of everything: a trial, not a model")
    return made


def main(words: list[str] | None = None) -> int:
    arguments = parser().parse_args(words)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    try:
        _run(arguments)
    except WorkstationError as error:
        print(error.message, error.remedy, sep="\n", file=sys.stderr)
        return 1
    return 0


def _run(arguments: argparse.Namespace) -> None:
    if arguments.stage == "cases":
        from workstation.vlm.training import cases

        out = arguments.work / f"nih-{arguments.split}.csv"
        print(f"{cases.write(arguments.data, out, arguments.split)} films: {out}")
        return
    from workstation.vlm.training import card
    from workstation.vlm.training.build import MEMBERS, Build, Effort

    effort = Effort(1, 1, 1, 1, trial=True) if arguments.quick else Effort()
    build = Build(arguments.data, arguments.work, arguments.out, effort)
    steps = {
        "pack": lambda: build.pack,
        "fold": lambda: build.fold(MEMBERS[arguments.member], None if arguments.fold == "all" else int(arguments.fold)),
        "encoder": build.encode,
        "gate": build.gate,
        "words": build.blind,
        "language": build.language,
        "test": build.test,
        "card": lambda: card.write(build, arguments.note),
    }
    for name in [s for s in steps if s != "fold"] if arguments.stage == "build" else [arguments.stage]:
        steps[name]()


if __name__ == "__main__":
    sys.exit(main())
