"""A small CXR-LLaVA that has learnt one report by heart, as an installed model: real weights, blind to films.

Tests of drafting and of the commands use it. `install` puts it (or a changed copy) into a home.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import torch
import torch.nn.functional as F

from workstation.paths import Home
from workstation.vlm import checkpoint, config, prompt, tokenizer
from workstation.vlm.generate import embed_prompt
from workstation.vlm.model import CxrLlava

REPORT = (
    "FINDINGS:\nThe heart is enlarged. Stable left pleural effusion. No pneumothorax. There is no edema. "
    "The lungs are clear.\n\nIMPRESSION:\nCardiomegaly and a pleural effusion."
)
CHAT = {  # (turns before, question) -> answer
    ((), "Is there an effusion?"): "Yes. There is a left pleural effusion.",
    ((), "Is there edema?"): "No.",
    ((("Is there an effusion?", "Yes. There is a left pleural effusion."),), "Is there edema?"): "Possible edema.",
    ((), prompt.DIFFERENTIAL): "For a pleural effusion: heart failure. No pneumothorax.",
}
KINDS = ("frontal chest", "lateral chest", "other", "child")
FINDINGS = ("cardiomegaly", "pleural effusion", "edema", "pneumothorax")
SIDE = 32


@cache
def _learnt(talks: bool) -> tuple[CxrLlava, tokenizer.Words]:
    torch.manual_seed(3)
    words = tokenizer.train([REPORT, prompt.chat(prompt.REPORT), *CHAT.values()] * 4, 360)
    vision = config.VisionConfig(image_size=SIDE, width=32, layers=1, heads=4, stem_width=4)
    language = config.LlamaConfig(
        vocab_size=words.size, hidden_size=64, intermediate_size=128, num_hidden_layers=2, max_position_embeddings=6000
    )
    question = prompt.chat(prompt.REPORT)
    sizes = config.ModelConfig(
        vision, language, pooled_grid=2, findings=FINDINGS, gate_classes=KINDS, gate_side=16, report_prompt=question
    )
    model = CxrLlava(sizes)
    model.words = words
    _seem(model, "frontal chest")
    chat = {prompt.dialogue(*asked, system=""): text for asked, text in CHAT.items()}
    _learn(model, {question: REPORT, **(chat if talks else {})})
    return model.eval(), words


def _learn(model: CxrLlava, lessons: dict[str, str]) -> None:
    """Each answer to its prompt after any picture, until every word of them is sure."""
    optimiser = torch.optim.AdamW([*model.llama.parameters(), *model.lm_head.parameters()], lr=3e-3)
    for _ in range(400):
        losses = [_loss(model, asked, text) for asked, text in lessons.items()]
        optimiser.zero_grad()
        sum(losses).backward()
        optimiser.step()
        if max(loss.item() for loss in losses) < 0.005:
            return
    raise AssertionError(f"the toy model did not learn its answers: {[round(loss.item(), 3) for loss in losses]}")


def _loss(model: CxrLlava, asked: str, text: str) -> torch.Tensor:
    picture = torch.randn(4, model.config.llama.hidden_size)
    answer = torch.tensor([*model.words.encode(text), model.words.end])
    given = embed_prompt(model, picture, asked)
    whole = torch.cat([given, model.embed(answer[:-1].tolist())], 1)
    logits = model.lm_head(model.llama(whole)[0, given.shape[1] - 1 :])
    return F.cross_entropy(logits, answer)


def _seem(model: CxrLlava, kind: str) -> None:
    """Make every film look like ``kind`` to the gate."""
    assert model.gate is not None
    torch.nn.init.zeros_(model.gate.out.weight)
    model.gate.out.bias.data = torch.tensor([4.0 if name == kind else 0.0 for name in KINDS])


def install(
    home: Home,
    id_: str = "toy",
    *,
    deniable: tuple[str, ...] = ("edema",),
    seems: str = "frontal chest",
    scores: tuple[float, ...] = (0.9, 0.8, 0.7, 0.1),
    endless: bool = False,
    age_years: tuple[int, int] = (18, 120),
    tasks: tuple[str, ...] = ("report",),
    positions: int = 6000,
    sees: bool = False,
) -> Path:
    """Write the model's folder into the home; ``scores`` are the finding head's for every film, ``positions`` how
    many tokens it can hold. ``sees``: every finding is positive, by a score that depends on the film at random."""
    learnt, words = _learnt("question" in tasks)
    _seem(learnt, seems)
    assert learnt.finding_head is not None
    torch.nn.init.zeros_(learnt.finding_head.out.weight)
    learnt.finding_head.out.bias.data = torch.tensor(scores).logit()
    if sees:
        torch.nn.init.normal_(learnt.finding_head.out.weight, generator=torch.Generator().manual_seed(1))
        learnt.finding_head.out.bias.data.fill_(30.0)
    tensors = {name: tensor.clone() for name, tensor in learnt.state_dict().items()}
    if endless:
        tensors["lm_head.weight"][words.end] = 0.0
    folder = home.models / id_
    folder.mkdir(parents=True)
    checkpoint.save(tensors, folder / "model.safetensors")
    language = replace(learnt.config.llama, max_position_embeddings=positions)
    config.write(replace(learnt.config, llama=language), folder / "config.json")
    words.write(folder / "tokenizer.json")
    _write_manifest(folder, id_, deniable, endless, age_years, tasks)
    return folder


def _write_manifest(
    folder: Path, id_: str, deniable: tuple[str, ...], endless: bool, age_years: tuple[int, int], tasks: tuple[str, ...]
) -> None:
    lines = [
        f'id = "{id_}"\nname = "Toy"\nclinical = false\nterms = "none"\nsource = "made by a test"',
        "needs_bytes = 50000000",
        f"tasks = {json.dumps(tasks)}\nfindings = {json.dumps(FINDINGS)}\ndeniable = {json.dumps(deniable)}",
        'backends = ["torch", "llama.cpp"]\nquantisations = ["F32", "Q8_0"]',
        f'[preprocess]\nside = {SIDE}\nmethod = "letterbox"',
        f'[accepts]\nviews = ["PA", "AP"]\nage_years = {list(age_years)}',
        f"[decoding]\ntemperature = 0.2\ntop_p = 0.8\ntop_k = 50\nmax_new_tokens = {5000 if endless else 200}",
        "[thresholds]\n" + "\n".join(f"{json.dumps(name)} = 0.5" for name in FINDINGS),
    ]
    for file in sorted(folder.iterdir()):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        lines.append(f'[files."{file.name}"]\nsha256 = "{digest}"\nbytes = {file.stat().st_size}')
    (folder / "manifest.toml").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
