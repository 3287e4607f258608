"""The language model in llama.cpp: tokens and image embeddings in, logits of the next token out.

Same answers as `generate`: F32 keys and values, no flash attention, our tokenizer, our sampling. The library checks
neither the width of embeddings nor the length of the context and aborts when wronged: both are checked here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from workstation.errors import ModelError
from workstation.reporting.draft import Decoding
from workstation.vlm.generate import Generated, write
from workstation.vlm.model import Encoded
from workstation.vlm.prompt import split
from workstation.vlm.tokenizer import Words

_BATCH = 512
_F32 = 0  # ggml_type
_quiet: list[Any] = []  # the library keeps only a pointer to the log function


def bindings() -> Any:
    """llama_cpp, silent; raises `ModelError` (code ``backend``) where it is not installed."""
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(
            "llama.cpp is not installed on this machine.",
            "Choose the backend torch, or install a C++ compiler and run the installer again.",
            "backend",
        ) from error
    if not _quiet:
        _quiet.append(llama_cpp.llama_log_callback(lambda level, text, data: None))
        llama_cpp.llama_log_set(_quiet[0], None)
        llama_cpp.llama_backend_init()
    return llama_cpp


class LlamaCppDecoder:
    """One GGUF in memory with one context; not for several threads at once.

    Parameters
    ----------
    gguf_path : written by `gguf.write_gguf`.
    threads : CPU threads.
    gpu : put all layers on the GPU where the library was built for one.
    """

    def __init__(self, gguf_path: Path, threads: int, gpu: bool = False) -> None:
        self._lib = bindings()
        self.on_gpu = gpu and bool(self._lib.llama_supports_gpu_offload())
        params = self._lib.llama_model_default_params()
        params.n_gpu_layers = 999 if self.on_gpu else 0
        self._model = self._lib.llama_model_load_from_file(str(gguf_path).encode(), params)
        if not self._model:
            raise ModelError("llama.cpp cannot read the model.", "Choose the backend torch.", "backend")
        self._context = self._lib.llama_init_from_model(self._model, self._context_params(threads))
        if not self._context:
            self._lib.llama_model_free(self._model)
            raise ModelError("There is not enough memory for llama.cpp.", "Close other programs.", "memory")
        vocabulary = self._lib.llama_model_get_vocab(self._model)
        self._vocabulary, self.vocabulary_size = vocabulary, self._lib.llama_vocab_n_tokens(vocabulary)
        self.width = self._lib.llama_model_n_embd(self._model)
        self.position = 0

    def _context_params(self, threads: int) -> Any:
        self.room = self._lib.llama_model_n_ctx_train(self._model)
        params = self._lib.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = self.room, _BATCH, _BATCH
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = 0
        params.type_k = params.type_v = _F32
        return params

    def reset(self) -> None:
        """Forget everything read."""
        self._lib.llama_memory_clear(self._lib.llama_get_memory(self._context), True)
        self.position = 0

    def read_tokens(self, ids: Sequence[int]) -> np.ndarray:
        """Token ids after what was read -> logits of the next token, float32 (vocabulary,)."""
        logits = np.empty(0, np.float32)
        for begin in range(0, len(ids), _BATCH):
            piece = ids[begin : begin + _BATCH]
            batch = self._lib.llama_batch_init(len(piece), 0, 1)
            for i, token in enumerate(piece):
                batch.token[i] = token
            logits = self._read(batch, len(piece))
        return logits

    def read_embeddings(self, embeddings: np.ndarray) -> np.ndarray:
        """Image embeddings float32 (T, width) after what was read -> logits of the next token (vocabulary,)."""
        rows = np.ascontiguousarray(embeddings, np.float32)
        if rows.ndim != 2 or rows.shape[1] != self.width:
            raise ModelError("Encoder and language model have different widths.", "Install the model again.", "model")
        logits = np.empty(0, np.float32)
        for begin in range(0, len(rows), _BATCH):
            piece = rows[begin : begin + _BATCH]
            batch = self._lib.llama_batch_init(len(piece), self.width, 1)
            ctypes.memmove(batch.embd, piece.ctypes.data, piece.nbytes)
            logits = self._read(batch, len(piece))
        return logits

    def tokenise(self, text: str) -> list[int]:
        """llama.cpp's own reading of ``text``, special tokens by name; ours (`Words`) is the one that is used."""
        data = text.encode()
        found = (self._lib.llama_token * (len(data) + 8))()
        count = self._lib.llama_tokenize(self._vocabulary, data, len(data), found, len(found), False, True)
        return list(found[: max(count, 0)])

    def close(self) -> None:
        """Free the memory; the decoder is of no use afterwards."""
        if self._context:
            self._lib.llama_free(self._context)
            self._lib.llama_model_free(self._model)
            self._context = self._model = None

    def _read(self, batch: Any, count: int) -> np.ndarray:
        try:
            if self.position + count > self.room:
                raise ModelError("The text is too long for this model.", "Ask a shorter question.", "prompt")
            for i in range(count):
                batch.pos[i], batch.n_seq_id[i], batch.seq_id[i][0] = self.position + i, 1, 0
                batch.logits[i] = int(i == count - 1)
            batch.n_tokens = count
            if self._lib.llama_decode(self._context, batch):
                raise ModelError("llama.cpp failed while reading.", "Choose the backend torch.", "backend")
        finally:
            self._lib.llama_batch_free(batch)
        self.position += count
        last = self._lib.llama_get_logits_ith(self._context, count - 1)
        return np.ctypeslib.as_array(last, (self.vocabulary_size,)).copy()


def generate(
    decoder: LlamaCppDecoder,
    words: Words,
    encoded: Encoded,
    prompt: str,
    decoding: Decoding,
    seed: int,
    on_text: Callable[[str], None] = lambda text: None,
    stop: Callable[[], bool] = lambda: False,
) -> Generated:
    """`generate.generate` with llama.cpp as the language model: same arguments, same promises."""
    before, after = split(prompt, words)
    decoder.reset()
    decoder.read_tokens(before)
    logits = decoder.read_embeddings(encoded.embeddings.float().cpu().numpy())
    logits = decoder.read_tokens(after) if after else logits

    def following(token: int | None) -> torch.Tensor:
        return torch.from_numpy(logits if token is None else decoder.read_tokens([token]))

    return write(following, decoder.room - decoder.position, words, prompt, decoding, seed, on_text, stop)
