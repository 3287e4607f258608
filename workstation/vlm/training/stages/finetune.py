"""Stage 2b: everything moves: encoder, projector, language model (and the finding head), on reports and dialogues."""

from __future__ import annotations

from workstation.vlm.model import CxrLlava
from workstation.vlm.training.material import Material
from workstation.vlm.training.stages.align import LanguageStage

LEARNS = ("vision_tower", "companions", "finding_head", "mm_projector", "llama", "lm_head")


def finetune_stage(model: CxrLlava, material: Material, policy: str, augment: float) -> LanguageStage:
    return LanguageStage(model, material, policy, augment, LEARNS)
