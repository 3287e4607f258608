"""A local GGUF vision model of another maker, with its own mmproj: looked at without loading, loaded, made to write.

The heads of both files decide whether they belong together; a wrong mmproj is refused before the library sees it. What
runs is llama.cpp's multimodal part (`mtmd`). Knows no manifest: the prompt is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from workstation.errors import ModelError
from workstation.reporting.draft import Decoding
from workstation.vlm import gguf_header
from workstation.vlm.generate import Generated, write
from workstation.vlm.gguf_header import Header
from workstation.vlm.llama_cpp import LlamaCppDecoder
from workstation.vlm.mtmd import Eyes, Tongue

_ROOM = 8192  # positions kept: these models' own 128 thousand would take the machine's memory
_BATCH = 2048  # an image block that is read at once must fit, or the library aborts
_PROJECTORS = frozenset({
    "mlp", "ldp", "ldpv2", "resampler", "adapter", "qwen2vl_merger", "qwen2.5vl_merger", "qwen3vl_merger", "ling3vl",
    "step3vl", "gemma3", "gemma3nv", "gemma4v", "gemma4uv", "phi4", "idefics3", "pixtral", "internvl", "llama4", "lfm2",
    "kimivl", "paddleocr", "lightonocr", "cogvlm", "janus_pro", "dots_ocr", "deepseekocr", "deepseekocr2", "deepseek4v",
    "glm4v", "glm5v", "youtuvl", "yasa2", "kimik25", "nemotron_v2_vl", "exaone4_5", "hunyuanvl", "minicpmv4_6",
    "mimovl", "minimax_m3", "granite4_vision",
})  # fmt: skip  # those of llama.cpp's that see, at the version that is pinned
_OUTPUTS = {
    "mlp": ("mm.2.weight", 0), "pixtral": ("mm.2.weight", 0), "kimivl": ("mm.2.weight", 0), "phi4": ("mm.2.weight", 0),
    "qwen2vl_merger": ("mm.2.weight", 0), "qwen2.5vl_merger": ("mm.2.weight", 0),
    "internvl": ("mm.model.mlp.3.weight", 0),
    "gemma3": ("mm.input_projection.weight", 1), "idefics3": ("mm.model.fc.weight", 0),
}  # fmt: skip  # tensor and the place of the language model's width in its shape: truer than the key


@dataclass(frozen=True, slots=True)
class Foreign:
    """Two files that belong together and what their heads say."""

    model: Path
    mmproj: Path
    name: str
    architecture: str
    width: int
    context: int
    projector: str
    image_side: int  # pixels; 0 where the model takes any
    bytes: int


def examine(folder: Path) -> Foreign:
    """A folder with one language model and one mmproj -> `Foreign`; nothing is loaded.

    Raises
    ------
    ModelError
        For a missing, damaged or surplus file (``model_missing``, ``model_damaged``, ``model_format``) and for an
        mmproj of another model (``wrong_mmproj``).
    """
    heads = {path: gguf_header.read(path) for path in sorted(folder.glob("*.gguf"))}
    model = _only([path for path, head in heads.items() if head.architecture != "clip"], "language model")
    mmproj = _only([path for path, head in heads.items() if head.architecture == "clip"], "mmproj (the image part)")
    language, eyes = heads[model], heads[mmproj]
    width, context = language.number("embedding_length"), language.number("context_length")
    if not width or not context or "tokenizer.ggml.tokens" not in language.keys:
        raise ModelError(f"{model.name} holds no language model.", "Choose another model.", "model_format")
    projector = _fitting(eyes, mmproj.name, width)
    name, side = str(language.keys.get("general.name", model.stem)), eyes.keys.get("clip.vision.image_size", 0)
    size = language.bytes + eyes.bytes
    return Foreign(model, mmproj, name, language.architecture, width, context, projector, int(side), size)


def _only(found: list[Path], what: str) -> Path:
    if len(found) == 1:
        return found[0]
    many = "holds no" if not found else f"holds {len(found)} files in the place of one"
    remedy = "Choose a folder with one language model and its mmproj, both as GGUF, neither of them split."
    raise ModelError(f"The folder {many} {what}.", remedy, "model_missing" if not found else "model_format")


def _fitting(eyes: Header, name: str, width: int) -> str:
    """The projector's kind, once it was found to lead into a language model of that width."""
    keys = eyes.keys
    kind = str(keys.get("clip.vision.projector_type") or keys.get("clip.projector_type") or "")
    if not kind and keys.get("clip.has_llava_projector"):
        kind = "mlp"  # the oldest files say it so
    if keys.get("clip.has_vision_encoder") is False or kind not in _PROJECTORS:
        raise _wrong(f"{name} is of a kind that this program does not know ({kind or 'no vision'})")
    found = _output(eyes, kind)
    if found != width:
        raise _wrong(f"{name} belongs to another model: it makes embeddings of {found}, and this model reads {width}")
    return kind


def _output(eyes: Header, kind: str) -> int:
    tensor, place = _OUTPUTS.get(kind, ("", 0))
    if tensor in eyes.tensors and len(eyes.tensors[tensor][0]) == 2:
        return eyes.tensors[tensor][0][place]
    found = eyes.keys.get("clip.vision.projection_dim", 0)
    return found if isinstance(found, int) else 0


def _wrong(said: str) -> ModelError:
    return ModelError(
        f"The mmproj is wrong: {said}.", "Choose the mmproj that was made for this model.", "wrong_mmproj"
    )


class ForeignModel:
    """Both files in memory; not for several threads at once."""

    def __init__(self, about: Foreign, decoder: LlamaCppDecoder, eyes: Eyes) -> None:
        self.about, self._decoder, self._eyes = about, decoder, eyes
        self._tongue = Tongue(decoder)

    @classmethod
    def load(cls, folder: Path, threads: int, gpu: bool = False) -> ForeignModel:
        """Raises `ModelError` as `examine` and `LlamaCppDecoder` do, and where llama.cpp has no multimodal part."""
        about = examine(folder)
        Eyes.bindings()  # refuse before gigabytes are read
        decoder = LlamaCppDecoder(about.model, threads, gpu, keys="F16", room=_ROOM, batch=_BATCH)
        try:
            return cls(about, decoder, Eyes(about.mmproj, decoder, threads))
        except ModelError:
            decoder.close()
            raise

    @property
    def on_gpu(self) -> bool:
        return self._decoder.on_gpu

    def write(
        self,
        image: np.ndarray,
        prompt: str,
        decoding: Decoding,
        seed: int,
        on_text: Callable[[str], None] = lambda text: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Generated:
        """Grey levels uint8 (rows, columns) and a prompt with one ``<image>`` -> the model's answer.

        A prompt without ``<image>`` is a question, put into the chat template that the model brings. The film is
        encoded whole: ``stop`` is asked before and after, and before each word.
        """
        if image.dtype != np.uint8 or image.ndim != 2:
            raise ModelError("This model reads films in 256 grey levels.", "Prepare the film for it.", "film")
        if stop():
            return Generated("", (), "stop", prompt)
        used = self._eyes.read(self._tongue.rendered(prompt), image)

        def following(token: int | None) -> torch.Tensor:
            logits = self._decoder.logits() if token is None else self._decoder.read_tokens([token])
            return torch.from_numpy(self._tongue.one_end(logits))

        return write(following, self._decoder.room - used, self._tongue, prompt, decoding, seed, on_text, stop)

    def close(self) -> None:
        """Give the memory back."""
        self._eyes.close()
        self._decoder.close()
