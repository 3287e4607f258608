"""``train``: the paper's stages on anybody's films, what a data folder holds, and reports made fit to learn from."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workstation.command.output import succeed

STAGES = {
    "encoder": "1a: the encoder learns labels (--labels binary: normal or abnormal, as the paper; findings: each)",
    "contrast": "1b: the encoder learns which label text belongs to which film (CLIP)",
    "align": "2a: encoder and language model frozen, the projector learns; a new language model reads first",
    "finetune": "2b: everything learns, on reports and question-answer dialogues",
}
_GOES_ON = """\
A run saves itself every --save-minutes or --save-steps; Ctrl+C or SIGTERM saves too. Killed or stopped, the same
command goes on from the last checkpoint in --work and its losses are those of an unbroken run. In --work also stand
NAME-losses.csv and NAME-curves.png; the result in --out holds run.json (commit, data hash, seed, settings, scores).
align and finetune leave a whole model: main.py models import OUT --accept-terms, then main.py draft FILM --model ID.

Several GPUs or machines: torchrun --nproc_per_node 4 main.py train finetune ...  (--batch counts all processes; --work
must be seen by all). --shard spreads weights and optimiser (FSDP), which the paper's 7B needs.

The paper, in order (DATA = --data nih=... --data chexpert=... and so on):
  main.py train encoder  DATA --size paper --labels binary --prepare clip-centre-crop --out m/1a
  main.py train contrast DATA --start m/1a --prepare clip-centre-crop --out m/1b
  main.py train data     --data mimic=FOLDER --work m/films --reports m/reports.csv
  main.py train refine   m/reports.csv m/refined.csv
  main.py train align    --data mimic=FOLDER --reports m/refined.csv --start m/1b --language llama-2-7b-chat \\
      --prepare clip-centre-crop --out m/2a
  main.py train finetune --data mimic=FOLDER --reports m/refined.csv --start m/2a --prepare clip-centre-crop \\
      --out m/2b"""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("train", help="train a model on your own films, stage by stage")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, told in STAGES.items():
        stage = verbs.add_parser(name, help=told, epilog=_GOES_ON, formatter_class=argparse.RawDescriptionHelpFormatter)
        _data(stage)
        _stage(stage, name)
    data = verbs.add_parser(
        "data", help="count what folders of films hold, and why rows are left out; trains nothing",
        epilog=_layouts(), formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    _data(data)
    data.add_argument("--reports", type=Path, metavar="OUT.csv", help="also write the reports, for train refine")
    data.add_argument("--work", type=Path, metavar="DIR", required=True, help="where the packed films are kept")
    refine = verbs.add_parser("refine", help="make reports fit to learn from: no devices, comparisons, identifiers")
    refine.add_argument("input", metavar="IN.csv", type=Path, help="a table with a column report (or text)")
    refine.add_argument("output", metavar="OUT.csv", type=Path, help="the same table with refined reports")
    refine.add_argument("--column", default="", metavar="NAME", help="the column of reports, if called otherwise")


def _data(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("films").add_argument
    add("--data", action="append", default=[], metavar="NAME=FOLDER", help="a dataset in its official layout; repeats")
    add("--split", default="0.8,0.1,0.1", metavar="A,B,C", help="shares of train, validation, test; by hash of patient")
    add("--official-split", action="store_true", help="where a dataset has a split of its own, take that")
    add("--ages", type=_ages, metavar="LOW-HIGH", help="leave out films of another (known) age, such as 18-100")
    add(
        "--prepare", default="letterbox", choices=("letterbox", "clip-centre-crop"),
        help="how films are prepared: ours (whole film, through 224 pixels), or the published model's",
    )  # fmt: skip


def _stage(parser: argparse.ArgumentParser, name: str) -> None:
    add = parser.add_argument_group("model").add_argument
    add("--out", type=Path, required=True, metavar="DIR", help="folder of the result")
    add("--work", type=Path, metavar="DIR", help="packed films and checkpoints (default: OUT.work)")
    add(
        "--size",
        default="mini",
        metavar="SIZE",
        help="mini, base, paper (ViT-L/16 512 and LLaMA-2 7B) or a config.json",
    )
    add("--start", type=Path, metavar="DIR", help="begin with this folder: an earlier stage's or a published CXR-LLAVA")
    add("--id", default="", metavar="ID", help="the model's id (default: the folder's name)")
    add("--half", action="store_true", help="write matrices in half precision")
    _learning(parser.add_argument_group("learning").add_argument, name)
    _machine(parser.add_argument_group("machine").add_argument)


def _learning(add: Any, name: str) -> None:
    if name == "encoder":
        add("--labels", default="findings", choices=("binary", "findings"), help="what is asked of the encoder")
    if name in ("align", "finetune"):
        add("--reports", type=Path, metavar="CSV", help="take reports from this table (train data, then train refine)")
        add("--language", type=Path, metavar="DIR", help="a LLaMA as published takes the language model's place")
    if name == "align":
        add("--words-steps", type=_count, default=400, metavar="N", help="steps that a new language model reads first")
    add(
        "--uncertain", default="chexpert", choices=("chexpert", "positive", "negative", "ignore"),
        help="what an uncertain label counts as; chexpert: atelectasis and edema positive, consolidation negative, "
        "others ignored (Irvin 2019)",
    )  # fmt: skip
    add("--epochs", type=_positive, default=10.0, metavar="X", help="passes over the training films (default 10)")
    add("--steps", type=_count, default=0, metavar="N", help="instead of --epochs: so many steps")
    add("--batch", type=_count, default=32, metavar="N", help="films of one step, over all processes (default 32)")
    add("--accumulate", type=_count, default=1, metavar="N", help="parts in which a step's batch is computed")
    add("--rate", type=_positive, default=0.0, metavar="X", help="learning rate at the top of the cosine")
    add("--weight-decay", type=float, default=0.05, metavar="X", help="decay of matrices (default 0.05)")
    add("--average", type=_share, default=0.99, metavar="X", help="decay of the weights' moving average; 0 = none")
    add("--augment", type=_share, default=1.0, metavar="X", help="how much films are changed, 0 to 1")
    add("--dropout", type=_share, default=-1.0, metavar="X", help="instead of the model's own")
    add("--seed", type=int, default=0, metavar="N", help="of everything that is drawn")
    add("--check", type=_count, default=0, metavar="N", help="validation loss every N steps (default: ten times)")


def _machine(add: Any) -> None:
    add("--device", default="auto", choices=("auto", "cpu", "cuda"), help="default: a GPU if there is one")
    add("--precision", default="auto", choices=("auto", "bf16", "fp32"), help="bf16 where the machine gains by it")
    add("--threads", type=_count, default=0, metavar="N", help="CPU threads; 0 = torch's own choice")
    add("--save-minutes", type=float, default=5.0, metavar="X", help="a checkpoint at least so often (default 5)")
    add("--save-steps", type=_count, default=0, metavar="N", help="and every N steps")
    add("--shard", action="store_true", help="spread weights and optimiser over the processes (FSDP)")
    add("--recompute", action="store_true", help="keep fewer activations: slower, much less memory")


def _count(text: str) -> int:
    if (number := int(text)) < 0:
        raise argparse.ArgumentTypeError("a whole number from 0")
    return number


def _positive(text: str) -> float:
    if not 0 < (number := float(text)) < float("inf"):
        raise argparse.ArgumentTypeError("a number above 0")
    return number


def _share(text: str) -> float:
    if not 0 <= (number := float(text)) <= 1:
        raise argparse.ArgumentTypeError("a number from 0 to 1")
    return number


def _ages(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    return float(low), float(high)


def _layouts() -> str:
    """Names and layouts, as the adapters state them; they load no model."""
    from workstation.vlm.training.datasets import ADAPTERS

    told = []
    for name, adapter in ADAPTERS.items():
        told += [f"  {name}", *textwrap.wrap(adapter.LAYOUT, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)]
    return "\n".join(["Datasets and what their folders hold:", *told])


def run(arguments: argparse.Namespace) -> int:
    if arguments.verb == "refine":
        return _refine(arguments)
    return _look(arguments) if arguments.verb == "data" else _train(arguments)


def _refine(arguments: argparse.Namespace) -> int:
    from workstation.vlm.training.refine import refine_table

    told = refine_table(arguments.input, arguments.output, arguments.column)
    lines = [f"{told['read']} reports read, {told['kept']} written, {told['changed']} of them changed"]
    lines += [f"  left out: {each['count']} ({each['reason']})" for each in told["left_out"]]
    return succeed(arguments, told, lines)


def _look(arguments: argparse.Namespace) -> int:
    from workstation.vlm.training import datasets
    from workstation.vlm.training.conduct import Plan, look
    from workstation.vlm.training.material import reports_table

    material = look(_plan(Plan, arguments, stage="encoder", out=arguments.work / "unused", reports=None))
    value: dict[str, Any] = {
        "films": dict(material.counts),
        "findings": list(material.findings),
        "data_sha256": material.sha256,
    }
    value |= {"licences": list(material.licences), "packed_bytes": material.pack.bytes}
    if arguments.reports is not None:
        value["reports"] = reports_table([datasets.read(place) for place in arguments.data], arguments.reports)
    return succeed(arguments, value, _films(value["films"]))


def _train(arguments: argparse.Namespace) -> int:
    from workstation.vlm.training.conduct import Plan, conduct

    found = conduct(_plan(Plan, arguments, stage=arguments.verb))
    if not _speaks():
        return 0
    scores = ", ".join(f"{name} {value:.4g}" for name, value in found["scores"].items() if isinstance(value, float))
    lines = [*_films(found["films"]), f"{found['steps']} steps; on the validation films: {scores or 'none'}"]
    return succeed(arguments, {**found, "out": str(arguments.out)}, [*lines, f"Written to {arguments.out}"])


def _speaks() -> bool:
    """Of torchrun's processes only the first prints."""
    import os

    return os.environ.get("RANK", "0") == "0"


def _plan(plan: Any, arguments: argparse.Namespace, **more: Any) -> Any:
    """The options that a plan knows."""
    given = {name: value for name, value in vars(arguments).items() if name in plan.__dataclass_fields__}
    given["data"] = tuple(arguments.data)
    return plan(**{**given, **more})


def _films(films: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{films['read']} rows read, {films['kept']} films kept of {films['patients']} patients: "
        f"{films['train']} to train, {films['val']} to validate, {films['test']} kept for a test"
    )
    for each in films["left_out"]:
        yield f"  left out: {each['count']} ({each['reason']})"
