"""One film in, its image embeddings, finding scores and kind out: CXR-LLaVA put together from its folder.

Weights are safetensors with CXR-LLaVA's names (``vision_tower``, ``mm_projector``, ``llama``, ``lm_head``) and two
heads and convolutional companions of our own. Knows no manifest, no decoding and no report.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from workstation.errors import ModelError
from workstation.vlm import checkpoint, config
from workstation.vlm.companion import Companion
from workstation.vlm.config import ModelConfig
from workstation.vlm.heads import FindingHead, Gate
from workstation.vlm.llama import Cache, Llama
from workstation.vlm.projector import pool
from workstation.vlm.tokenizer import Words
from workstation.vlm.vit import VisionTransformer, normalise


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the model made of a film.

    ``embeddings`` float (T, D) go between the words of the prompt; ``probabilities`` and ``gate`` (what kind of film it
    seems to be) are None where the model has no such head. Neither of them enters the text.
    """

    embeddings: Tensor
    probabilities: dict[str, float] | None
    gate: dict[str, float] | None


class CxrLlava(nn.Module):
    """Encoder, projector and language model of one config."""

    words: Words

    def __init__(self, sizes: ModelConfig) -> None:
        super().__init__()
        self.config = sizes
        self.vision_tower = VisionTransformer(sizes.vision)
        self.companions = nn.ModuleList(Companion(sizes.vision.stem_width) for _ in range(sizes.companions))
        self.mm_projector = nn.Linear(sizes.token_width, sizes.llama.hidden_size)
        self.llama = Llama(sizes.llama)
        self.lm_head = nn.Linear(sizes.llama.hidden_size, sizes.llama.vocab_size, bias=False)
        self.finding_head = FindingHead(sizes.token_width, len(sizes.findings)) if sizes.findings else None
        self.gate = Gate(sizes.gate_side, len(sizes.gate_classes)) if sizes.gate_classes else None

    @classmethod
    def load(cls, folder: Path, device: str = "cpu", dtype: str = "float32") -> CxrLlava:
        """A model's folder (config.json, tokenizer.json, model.safetensors) -> the model, ready to read films.

        Raises
        ------
        ModelError
            For missing, damaged, misshapen or not finite weights, or files that do not fit together.
        """
        model = cls(config.read(folder / "config.json"))
        model.words = Words.read(folder / "tokenizer.json")
        if model.words.size > model.config.llama.vocab_size:
            raise ModelError("The model's tokenizer has more words than its weights.", "Install the model again.")
        checkpoint.fill(model, checkpoint.load(folder / "model.safetensors")[0])
        return model.to(device=device, dtype=getattr(torch, dtype)).eval()

    @torch.inference_mode()
    def encode(self, image: np.ndarray) -> Encoded:
        """A prepared film, uint8 (side, side) -> embeddings (T, D), finding scores and gate scores."""
        side = self.config.vision.image_size
        if image.shape != (side, side) or image.dtype != np.uint8:
            raise ModelError(f"This model reads films of {side} x {side} grey levels only.", "Prepare the film for it.")
        films = torch.from_numpy(np.ascontiguousarray(image)).unsqueeze(0).to(self.device)  # (1, side, side)
        tokens = self.image_tokens(films)  # (1, grid^2, width)
        return Encoded(self.project(tokens)[0], self._probabilities(tokens), self._kinds(films))

    def image_tokens(self, films: Tensor, mirrored: bool | None = None) -> Tensor:
        """Grey levels (B, side, side) -> (B, grid^2, width); beside companions (B, pooled grid^2, token width).

        ``mirrored`` None: as the config says.
        """
        twice = self.config.mirrored if mirrored is None else mirrored
        tokens = self._tower(self.vision_tower, films, twice)
        if not self.companions:
            return tokens
        beside = [self._tower(companion, films, twice) for companion in self.companions]
        return torch.cat([pool(each, self.config.pooled_grid) for each in (tokens, *beside)], 2)

    @torch.inference_mode()
    def finding_logits(self, films: np.ndarray) -> np.ndarray:
        """Films uint8 (B, side, side), each seen once as it stands -> float32 (B, findings) before the sigmoid."""
        assert self.finding_head is not None
        given = torch.from_numpy(np.ascontiguousarray(films)).to(self.device)
        logits: np.ndarray = self.finding_head(self.image_tokens(given, mirrored=False)).float().cpu().numpy()
        return logits

    def _tower(self, tower: nn.Module, films: Tensor, twice: bool) -> Tensor:
        """One tower's tokens (B, n * n, its width); ``twice``: averaged with those of the mirrored film."""
        tokens: Tensor = tower(self._normal(films))
        if twice:
            tokens = (tokens + _turn_back(tower(self._normal(films.flip(-1))))) / 2
        return tokens

    def project(self, tokens: Tensor) -> Tensor:
        """Image tokens -> (B, T, D)."""
        embeddings: Tensor = self.mm_projector(pool(tokens, self.config.pooled_grid))
        return embeddings

    def embed(self, ids: list[int]) -> Tensor:
        """Token ids -> (1, n, D)."""
        embeddings: Tensor = self.llama.embed_tokens(torch.tensor([ids], dtype=torch.long, device=self.device))
        return embeddings

    def next_logits(self, embeddings: Tensor, cache: Cache) -> Tensor:
        """Embeddings (1, n, D) after what ``cache`` holds -> logits of the next token (vocabulary,), float32."""
        logits: Tensor = self.lm_head(self.llama(embeddings, cache)[0, -1])
        return logits.float()

    @property
    def device(self) -> torch.device:
        return self.mm_projector.weight.device

    def _normal(self, films: Tensor) -> Tensor:
        return normalise(films, self.config.vision).to(self.mm_projector.weight.dtype)

    def _probabilities(self, tokens: Tensor) -> dict[str, float] | None:
        if self.finding_head is None:
            return None
        return dict(zip(self.config.findings, self.finding_head(tokens)[0].float().sigmoid().tolist(), strict=True))

    def _kinds(self, films: Tensor) -> dict[str, float] | None:
        if self.gate is None:
            return None
        scores = self.gate(films.to(self.mm_projector.weight.dtype))[0].float().softmax(0).tolist()
        return dict(zip(self.config.gate_classes, scores, strict=True))


def _turn_back(tokens: Tensor) -> Tensor:
    """Tokens of mirrored films (B, n * n, width) -> each at the place it has in the film."""
    grid = math.isqrt(tokens.shape[1])
    return tokens.unflatten(1, (grid, grid)).flip(2).flatten(1, 2)
