"""The language model in llama.cpp: tokens and image embeddings in, logits of the next token out.

Same answers as `generate` from an F32 file: F32 keys and values, no flash attention, our tokenizer, our sampling. The
library checks neither widths nor the length of the context and aborts when wronged: all is checked here first.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from workstation.errors import ModelError
from workstation.reporting.draft import Decoding
from workstation.vlm import gguf_header
from workstation.vlm.device import GpuFailed
from workstation.vlm.generate import Generated, write
from workstation.vlm.model import Encoded
from workstation.vlm.prompt import split
from workstation.vlm.tokenizer import Words

KEYS = {"F32": 0, "F16": 1}  # ggml_type of keys and values
BATCH = 512  # positions that are read at once
_ABORTED = 2  # llama_decode's answer to an abort callback that said yes
_quiet: list[Any] = []  # the library keeps only a pointer to the log function


class Stopped(Exception):
    """The reader of a prompt was told to stop on the way."""


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
    gguf_path : written by `conversion.convert`, or another model's.
    threads : CPU threads.
    gpu : put all layers on the GPU where the library was built for one.
    keys : "F32" or "F16" keys and values; None: F32 beside F32 weights, where they make the answer torch's, else F16.
    flash : flash attention: faster on a GPU, further from torch.
    room : positions kept; None: as many as the file was made for.
    batch : positions read at once; an image block that is read at once must fit.

    Raises
    ------
    ModelError
        For a damaged file, a missing library (``backend``), too little memory (``memory``; on a GPU `GpuFailed`).
    """

    def __init__(
        self, gguf_path: Path, threads: int, gpu: bool = False, *, keys: str | None = None, flash: bool = False,
        room: int | None = None, batch: int = BATCH,
    ) -> None:  # fmt: skip
        header = gguf_header.read(gguf_path)
        self.width, self.room = header.number("embedding_length"), header.number("context_length")
        if not self.width or not self.room:
            raise ModelError(f"{gguf_path.name} holds no language model.", "Choose another model.", "model_format")
        self.room, self.batch = min(self.room, room or self.room), batch
        self.keys = keys or ("F32" if header.keys.get("general.file_type") == 0 else "F16")
        self._lib = bindings()
        self.on_gpu = gpu and bool(self._lib.llama_supports_gpu_offload())
        self.model = self._load(gguf_path)
        self.context = self._lib.llama_init_from_model(self.model, self._context_params(threads, flash))
        if not self.context:
            self._lib.llama_model_free(self.model)
            raise self._no_room()
        self._memory = self._lib.llama_get_memory(self.context)
        self.vocabulary = self._lib.llama_model_get_vocab(self.model)
        self.vocabulary_size = self._lib.llama_vocab_n_tokens(self.vocabulary)
        self.position = 0
        self._film: tuple[tuple[int, ...], bytes, int, np.ndarray] | None = None

    def _load(self, path: Path) -> Any:
        params = self._lib.llama_model_default_params()
        params.n_gpu_layers = 999 if self.on_gpu else 0
        model = self._lib.llama_model_load_from_file(str(path).encode(), params)
        if not model and self.on_gpu:
            raise self._no_room()  # the file's head was found whole
        if not model:
            raise ModelError("llama.cpp cannot read the model.", "Choose the backend torch.", "backend")
        return model

    def _no_room(self) -> ModelError:
        if self.on_gpu:
            return GpuFailed("The GPU has not enough memory free for this model.", "Choose the device cpu.")
        return ModelError("There is not enough memory for llama.cpp.", "Close other programs.", "memory")

    def _context_params(self, threads: int, flash: bool) -> Any:
        params = self._lib.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = self.room, self.batch, self.batch
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = int(flash)
        params.type_k = params.type_v = KEYS[self.keys]
        return params

    def reset(self) -> None:
        """Forget everything read."""
        self._lib.llama_memory_clear(self._memory, True)
        self.position, self._film = 0, None

    def begin(self, before: Sequence[int], image: np.ndarray) -> np.ndarray:
        """The words before a film and its embeddings (T, width), from the beginning -> logits (vocabulary,).

        What was read last begins the same more often than not (another question on the same film): then everything
        after the film is taken back, and the answer is bit for bit the one that a new start would give.
        """
        rows = np.ascontiguousarray(image, np.float32)
        words, mark = tuple(before), hashlib.sha256(rows.data).digest()
        if self._film and self._film[:2] == (words, mark):
            position, logits = self._film[2:]
            if self._lib.llama_memory_seq_rm(self._memory, 0, position, -1):
                self.position = position
                return logits
        self.reset()
        self.read_tokens(before)
        logits = self.read_embeddings(rows)
        self._film = (words, mark, self.position, logits)
        return logits

    def read_tokens(self, ids: Sequence[int]) -> np.ndarray:
        """Token ids after what was read -> logits of the next token, float32 (vocabulary,)."""
        if any(not 0 <= token < self.vocabulary_size for token in ids):
            raise ModelError("Tokenizer and language model do not fit together.", "Install the model again.", "model")
        logits = np.empty(0, np.float32)
        for begin in range(0, len(ids), self.batch):
            piece = ids[begin : begin + self.batch]
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
        for begin in range(0, len(rows), self.batch):
            piece = rows[begin : begin + self.batch]
            batch = self._lib.llama_batch_init(len(piece), self.width, 1)
            ctypes.memmove(batch.embd, piece.ctypes.data, piece.nbytes)
            logits = self._read(batch, len(piece))
        return logits

    @contextmanager
    def stoppable(self, stop: Callable[[], bool]) -> Iterator[None]:
        """While a long prompt is read ``stop`` is asked between its operations; `Stopped` is raised if it says yes."""
        kind = self._lib.ggml_abort_callback
        callback = kind(lambda data: stop())
        self._lib.llama_set_abort_callback(self.context, callback, None)
        try:
            yield
        finally:
            self._lib.llama_set_abort_callback(self.context, kind(), None)

    def logits(self, row: int = -1) -> np.ndarray:
        """Of the last token read, float32 (vocabulary,)."""
        found = self._lib.llama_get_logits_ith(self.context, row)
        return np.ctypeslib.as_array(found, (self.vocabulary_size,)).copy()

    def tokenise(self, text: str) -> list[int]:
        """llama.cpp's own reading of ``text``, special tokens by name; ours (`Words`) is the one that is used."""
        data = text.encode()
        found = (self._lib.llama_token * (len(data) + 8))()
        count = self._lib.llama_tokenize(self.vocabulary, data, len(data), found, len(found), False, True)
        return list(found[: max(count, 0)])

    @property
    def bytes(self) -> int:
        """All of the file's tensors together."""
        return int(self._lib.llama_model_size(self.model))

    def close(self) -> None:
        """Free the memory; the decoder is of no use afterwards."""
        if self.context:
            self._lib.llama_free(self.context)
            self._lib.llama_model_free(self.model)
            self.context = self.model = None

    def _read(self, batch: Any, count: int) -> np.ndarray:
        try:
            if self.position + count > self.room:
                raise ModelError("The text is too long for this model.", "Ask a shorter question.", "prompt")
            for i in range(count):
                batch.pos[i], batch.n_seq_id[i], batch.seq_id[i][0] = self.position + i, 1, 0
                batch.logits[i] = int(i == count - 1)
            batch.n_tokens = count
            if code := self._lib.llama_decode(self.context, batch):
                self.reset()
                raise Stopped if code == _ABORTED else self._broken()
        finally:
            self._lib.llama_batch_free(batch)
        self.position += count
        return self.logits(count - 1)

    def _broken(self) -> ModelError:
        if self.on_gpu:
            return GpuFailed("The GPU failed while reading.", "Choose the device cpu.")
        return ModelError("llama.cpp failed while reading.", "Choose the backend torch.", "backend")


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
    """`generate.generate` with llama.cpp as the language model: same arguments, same promises.

    The prompt may be a talk of several turns; its one film may be one that was read before.
    """
    before, after = split(prompt, words)
    image = encoded.embeddings.float().cpu().numpy()
    room = decoder.room - len(before) - len(image) - len(after)
    if room < 1:
        raise ModelError("The question is too long for this model.", "Ask a shorter question.", "prompt")
    try:
        with decoder.stoppable(stop):
            logits = decoder.begin(before, image)
            logits = decoder.read_tokens(after) if after else logits
    except Stopped:
        return Generated("", (), "stop", prompt)

    def following(token: int | None) -> torch.Tensor:
        return torch.from_numpy(logits if token is None else decoder.read_tokens([token]))

    return write(following, room, words, prompt, decoding, seed, on_text, stop)
