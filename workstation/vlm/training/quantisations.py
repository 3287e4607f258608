"""What each form of the language model costs: `python -m workstation.vlm.training.quantisations --data FOLDER`.

Greedy reports on NIH's validation films (never its test split) from torch and from llama.cpp's files: micro-F1 against
the labels, share of texts that stay torch's, speed and memory. Writes quantisations.toml beside the weights, for the
card. Each form runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch

from workstation.catalog import manifest
from workstation.errors import WorkstationError
from workstation.imaging import film
from workstation.imaging.prepare import prepare
from workstation.paths import bundled_models
from workstation.reporting.draft import Decoding
from workstation.vlm.conversion import convert
from workstation.vlm.generate import Generated, embed_prompt, generate
from workstation.vlm.llama import Cache
from workstation.vlm.llama_cpp import LlamaCppDecoder
from workstation.vlm.llama_cpp import generate as generate_there
from workstation.vlm.model import CxrLlava, Encoded
from workstation.vlm.prompt import split
from workstation.vlm.training.data import LABELS, Row, read_index
from workstation.vlm.training.evaluate import naming_scores, said_words

ID, FILE = "cxr-llava-mini", "quantisations.toml"
GREEDY = Decoding(0.0, 1.0, 0, 160)
COMPARED = 16  # films whose logits after the prompt are compared


@dataclass(frozen=True, slots=True)
class Form:
    """One way to run the language model; ``file`` "" is torch."""

    name: str
    file: str = ""
    keys: str = "F16"
    flash: bool = False


FORMS = (
    Form("torch F32"),
    Form("F32", "F32", "F32"),
    Form("F32, F16 keys", "F32"),
    Form("F32, flash attention", "F32", flash=True),
    Form("F16", "F16"),
    Form("Q8_0", "Q8_0"),
    Form("Q4_K_M", "Q4_K_M"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """What one form made of the films."""

    texts: tuple[str, ...]
    logits: np.ndarray  # float32 (films compared, vocabulary) after the prompt
    seconds: float
    cpu_seconds: float  # of all threads: what else runs on the machine hardly changes it
    tokens: int
    resident_bytes: int


def measure(data: Path, folder: Path, count: int = 0, progress: Any = lambda said: None) -> dict[str, dict[str, Any]]:
    """Each form's table of numbers; ``count`` films at most, 0 = all of the validation split."""
    rows = [row for row in read_index(data / "nih", "nih") if row.split == "val"][: count or None]
    progress(f"{len(rows)} films are encoded")
    embeddings = _encode(data / "nih", folder, rows)
    found, sizes = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        for form in FORMS:
            path = Path(scratch) / f"{form.file}.gguf"
            if form.file and not path.exists():
                convert(manifest.read(folder), folder, path, form.file, lambda doing, share: None, lambda: False)
            sizes[form.name] = path.stat().st_size if form.file else (folder / "model.safetensors").stat().st_size
            with ProcessPoolExecutor(1, get_context("spawn")) as apart:
                threads = torch.get_num_threads()
                found[form.name] = apart.submit(_write, form, folder, path, embeddings, threads).result()
            progress(f"{form.name}: {found[form.name].tokens / found[form.name].seconds:.0f} tokens/s")
    exact = found[FORMS[0].name]
    return {name: _table(each, exact, rows, sizes[name]) for name, each in found.items()}


def _encode(nih: Path, folder: Path, rows: Sequence[Row]) -> list[np.ndarray]:
    model, about = CxrLlava.load(folder), manifest.read(folder).preprocess
    films = (prepare(film.load(film.describe(nih / row.image)), about.side, about.method) for row in rows)
    return [model.encode(each).embeddings.numpy() for each in films]


def _write(form: Form, folder: Path, path: Path, embeddings: list[np.ndarray], threads: int) -> Written:
    """In a process of its own: load, write, look at the memory."""
    torch.set_num_threads(threads)
    before = _resident()
    model = CxrLlava.load(folder)
    if form.file:
        before = _resident()  # the torch part is there for the words and the encoder
    decoder = LlamaCppDecoder(path, threads, keys=form.keys, flash=form.flash) if form.file else None
    films = [Encoded(torch.from_numpy(each), None, None) for each in embeddings]
    _one(model, decoder, films[0])  # warm
    began, began_cpu = time.perf_counter(), time.process_time()
    made = [_one(model, decoder, each) for each in films]
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - began_cpu
    tokens = sum(len(each.token_ids) + 1 for each in made)
    logits = np.stack([_logits(model, decoder, each) for each in films[:COMPARED]])
    texts = tuple(each.text for each in made)
    return Written(texts, logits, seconds, cpu_seconds, tokens, _resident() - before)


def _one(model: CxrLlava, decoder: LlamaCppDecoder | None, encoded: Encoded) -> Generated:
    prompt = model.config.report_prompt
    if decoder is None:
        return generate(model, encoded, prompt, GREEDY, 0)
    return generate_there(decoder, model.words, encoded, prompt, GREEDY, 0)


@torch.inference_mode()
def _logits(model: CxrLlava, decoder: LlamaCppDecoder | None, encoded: Encoded) -> np.ndarray:
    prompt = model.config.report_prompt
    if decoder is None:
        found: np.ndarray = model.next_logits(embed_prompt(model, encoded.embeddings, prompt), Cache()).numpy()
        return found
    before, after = split(prompt, model.words)
    decoder.begin(before, encoded.embeddings.numpy())
    return decoder.read_tokens(after)


def _resident() -> int:
    """Bytes of this process that lie in memory; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


def _table(written: Written, exact: Written, rows: Sequence[Row], file_bytes: int) -> dict[str, Any]:
    truth = np.array([[label in row.labels for label in LABELS] for row in rows], np.float32)
    scores = naming_scores(said_words(written.texts) == 1, truth, [row.patient for row in rows])
    same = np.mean([one == other for one, other in zip(written.texts, exact.texts, strict=True)])
    return {
        "films": len(rows),
        **{_key(name): round(float(value), 4) for name, value in scores.items()},
        "same_text": round(float(same), 4),
        "largest_logit_difference": float(f"{np.abs(written.logits - exact.logits).max():.2g}"),
        "tokens_per_second": round(written.tokens / written.seconds, 1),
        "tokens_per_cpu_second": round(written.tokens / written.cpu_seconds, 1),
        "resident_bytes": written.resident_bytes,
        "file_bytes": file_bytes,
    }


def _key(name: str) -> str:
    return name.replace(",", "").replace(" ", "_").lower()


def to_toml(tables: dict[str, dict[str, Any]], weights: str, threads: int) -> str:
    """The file's text; ``weights`` is the SHA-256 that the numbers belong to."""
    lines = [f'weights = "{weights}"', 'split = "NIH val"', f"threads = {threads}"]
    for name, table in tables.items():
        lines += ["", f'["{name}"]', *(f"{key} = {value!r}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m workstation.vlm.training.quantisations", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with nih")
    parser.add_argument("--out", type=Path, default=bundled_models() / ID, help="the model's folder")
    parser.add_argument("--films", type=int, default=0, help="how many; 0 = all of the validation split")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 = torch's own choice")
    asked = parser.parse_args(words)
    if asked.threads:
        torch.set_num_threads(asked.threads)
    try:
        tables = measure(asked.data, asked.out, asked.films, lambda said: print(said, file=sys.stderr, flush=True))
        text = to_toml(tables, manifest.read(asked.out).sha256, torch.get_num_threads())
        (asked.out / FILE).write_text(text, encoding="utf-8")
    except WorkstationError as error:
        print(error.message, error.remedy, sep="\n", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The films or the model cannot be read ({error.strerror}).", "Check --data and --out.", file=sys.stderr)
        return 1
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
