"""A talk about one film -> the prompt that CXR-LLAVA knows: LLaMA-2's chat template, as transformers 4.36 had it.

The published tokenizer brings no template and later libraries dropped the default one, so it is written out here.
The prompt begins with its own ``<s>``; `workstation.vlm.prompt.split` adds the second one. Knows no ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workstation.errors import ModelError
from workstation.reporting.draft import Decoding
from workstation.vlm.prompt import IMAGE, SYSTEM
from workstation.vlm.tokenizer import BEGIN, END

REPORT = (
    "Write a radiologic report on the given chest radiograph, including information about atelectasis, cardiomegaly,"
    " consolidation, pulmonary edema, pleural effusion, and pneumothorax.\n"
)
DIFFERENTIAL = "What are the possible differential diagnoses for this patient?\n"
DECODING = Decoding(temperature=0.2, top_p=0.8, top_k=50, max_new_tokens=512)  # top-k: transformers' default


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said; ``role`` is "system" (first turn only), "user" or "assistant"."""

    role: str
    content: str


def ask(question: str) -> str:
    """The prompt of a first question on the film."""
    return talk((), question)


def talk(turns: Sequence[tuple[str, str]], asked: str) -> str:
    """The prompt of a question after earlier questions with their answers; the film stands in the first."""
    said = [Turn(role, text) for pair in turns for role, text in zip(("user", "assistant"), pair, strict=True)]
    first, *later = [*said, Turn("user", asked)]
    return render([Turn("system", SYSTEM), Turn("user", f"{IMAGE}\n{first.content}"), *later])


def render(turns: Sequence[Turn]) -> str:
    """The whole talk as one string, a film's place in it as ``<image>``.

    Every turn is stripped as a whole, the system's words and the film before it included: a first question keeps the
    blanks before its first word.
    """
    system = turns[0].content if turns and turns[0].role == "system" else None
    talk = turns if system is None else turns[1:]
    if not talk or any(turn.role != ("user", "assistant")[at % 2] for at, turn in enumerate(talk)):
        raise ModelError("In a talk with this model question and answer must alternate.", "Ask again.", "prompt")
    opening = "" if system is None else f"<<SYS>>\n{system}\n<</SYS>>\n\n"
    contents = [opening + talk[0].content, *(turn.content for turn in talk[1:])]
    return "".join(_asked(text) if at % 2 == 0 else _answered(text) for at, text in enumerate(contents))


def _asked(text: str) -> str:
    return f"{BEGIN}[INST] {text.strip()} [/INST]"


def _answered(text: str) -> str:
    return f" {text.strip()} {END}"
