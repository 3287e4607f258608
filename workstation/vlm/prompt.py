"""A question -> the ids before and after the picture, in CXR-LLaVA's words (LLaMA-2's chat template)."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.errors import ModelError
from workstation.vlm.tokenizer import Words

IMAGE = "<image>"
SYSTEM = (
    "You are a helpful radiologist. Try to interpret chest x ray image and answer to the question that user provides."
)
REPORT = "Write a radiologic report on the given chest radiograph."
DIFFERENTIAL = "What are the possible differential diagnoses for this patient?"  # the paper's own words


def chat(question: str, system: str = SYSTEM) -> str:
    """The whole prompt; its one ``<image>`` is where the film's embeddings go. Begin tokens are added by `split`.

    A small model needs no ``system`` text: it knows one task, and its words are time.
    """
    role = f"<<SYS>>\n{system}\n<</SYS>>\n\n" if system else ""
    return f"[INST] {role}{IMAGE}\n{question.strip()} [/INST]"


def dialogue(turns: Sequence[tuple[str, str]], question: str, system: str = SYSTEM) -> str:
    """Questions already answered, oldest first, then the new one, as LLaMA-2 saw its dialogues; one film for all."""
    first, *later = [*(asked for asked, _ in turns), question]
    answers = [f" {answer.strip()} </s><s>" for _, answer in turns]
    rest = "".join(f"{answer}[INST] {asked.strip()} [/INST]" for answer, asked in zip(answers, later, strict=True))
    return chat(first, system) + rest


def split(prompt: str, words: Words) -> tuple[list[int], list[int]]:
    """Ids before and after the picture; raises `ModelError` unless the prompt holds it exactly once."""
    before, *rest = prompt.split(IMAGE)
    if len(rest) != 1:
        raise ModelError("The prompt must hold the film exactly once.", "Choose the model's own prompt.", "prompt")
    return [words.begin, *words.encode(before)], words.encode(rest[0])
