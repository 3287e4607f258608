"""The paper's stages, one short file each: encoder (1a), contrast (1b), align (2a), finetune (2b)."""
