"""llama.cpp's multimodal part behind two words: `Eyes` reads a film and a prompt, `Tongue` knows the model's words.

That part is built only on request; where it is absent the way to it is told. Image preprocessing is the library's own.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from workstation.errors import ModelError
from workstation.vlm import llama_cpp
from workstation.vlm.llama_cpp import LlamaCppDecoder
from workstation.vlm.prompt import IMAGE

BUILD = "CXR_LLAMA_CMAKE=-DLLAVA_BUILD=ON python3 installer/bootstrap.py set-up"
_IMAGE_CHUNK = 1  # MTMD_INPUT_CHUNK_TYPE_IMAGE
_quiet: list[Any] = []


class Eyes:
    """The image part of a foreign model, joined to a loaded decoder."""

    def __init__(self, mmproj: Path, decoder: LlamaCppDecoder, threads: int) -> None:
        self._lib, self._decoder = self.bindings(), decoder
        params = self._lib.mtmd_context_params_default()
        params.use_gpu, params.n_threads, params.print_timings, params.warmup = decoder.on_gpu, threads, False, False
        params.flash_attn_type = 0
        self._context = self._lib.mtmd_init_from_file(str(mmproj).encode(), decoder.model, params)
        if not self._context or not self._lib.mtmd_support_vision(self._context):
            self.close()
            message = f"llama.cpp cannot use {mmproj.name} with this model."
            raise ModelError(message, "Choose the mmproj that was made for this model.", "wrong_mmproj")

    @staticmethod
    def bindings() -> Any:
        """The bindings, silent; raises `ModelError` (code ``backend``) where the multimodal part is not built."""
        core = llama_cpp.bindings()
        try:
            from llama_cpp import mtmd_cpp
        except (ImportError, OSError, RuntimeError) as error:
            message = "llama.cpp was built here without its multimodal part, which models of other makers need."
            raise ModelError(message, f"Build it, once, some 15 minutes: {BUILD}", "backend") from error
        if not _quiet:
            _quiet.append(core.llama_log_callback(lambda level, text, data: None))
            mtmd_cpp.mtmd_log_set(_quiet[0], None)
            mtmd_cpp.mtmd_helper_log_set(_quiet[0], None)
        return mtmd_cpp

    def read(self, prompt: str, image: np.ndarray) -> int:
        """Prompt and film uint8 (rows, columns) into the emptied decoder; returns how much of its room they took.

        Raises
        ------
        ModelError
            When they do not fit (``prompt``) or the library fails (``backend``).
        """
        self._decoder.reset()
        with self._chunks(prompt, image) as chunks:
            used = int(self._lib.mtmd_helper_get_n_tokens(chunks))
            self._check_room(used, chunks)
            past = ctypes.c_int32()  # llama_pos
            asked = (self._context, self._decoder.context, chunks, 0, 0, self._decoder.batch, True, ctypes.byref(past))
            if self._lib.mtmd_helper_eval_chunks(*asked):
                raise ModelError("llama.cpp failed while reading the film.", "Choose another model.", "backend")
        self._decoder.position = past.value  # of some models an image has more tokens than positions
        return used

    def _check_room(self, used: int, chunks: Any) -> None:
        blocks = [self._lib.mtmd_input_chunks_get(chunks, i) for i in range(self._lib.mtmd_input_chunks_size(chunks))]
        images = [each for each in blocks if self._lib.mtmd_input_chunk_get_type(each) == _IMAGE_CHUNK]
        largest = max((int(self._lib.mtmd_input_chunk_get_n_tokens(each)) for each in images), default=0)
        at_once = self._lib.mtmd_decode_use_non_causal(self._context, images[0] if images else None)
        if used >= self._decoder.room or (at_once and largest > self._decoder.batch):
            raise ModelError("The question is too long for this model.", "Ask a shorter question.", "prompt")

    @contextmanager
    def _chunks(self, prompt: str, image: np.ndarray) -> Iterator[Any]:
        """The library's list of text and image pieces, freed at the end."""
        with ExitStack() as freed:
            colour = np.ascontiguousarray(np.repeat(image[:, :, None], 3, 2))  # (rows, columns, 3)
            pixels = colour.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
            bitmap = self._lib.mtmd_bitmap_init(image.shape[1], image.shape[0], pixels)
            freed.callback(self._lib.mtmd_bitmap_free, bitmap)
            chunks = self._lib.mtmd_input_chunks_init()
            freed.callback(self._lib.mtmd_input_chunks_free, chunks)
            data = prompt.replace(IMAGE, self._lib.mtmd_default_marker().decode()).encode()
            text = self._lib.mtmd_input_text(text=data, text_len=len(data), add_special=True, parse_special=True)
            bitmaps = (self._lib.mtmd_bitmap_p_ctypes * 1)(bitmap)
            if self._lib.mtmd_tokenize(self._context, chunks, ctypes.byref(text), bitmaps, 1):
                raise ModelError("The prompt must hold the film exactly once.", "Correct the model's prompt.", "prompt")
            yield chunks

    def close(self) -> None:
        """Free the memory."""
        if self._context:
            self._lib.mtmd_free(self._context)
            self._context = None


class Tongue:
    """The words of a loaded GGUF, with the face that `generate.write` knows."""

    def __init__(self, decoder: LlamaCppDecoder) -> None:
        self._lib, self._decoder = llama_cpp.bindings(), decoder
        size = decoder.vocabulary_size
        is_end: Callable[[Any, int], bool] = self._lib.llama_vocab_is_eog
        self._ends = [token for token in range(size) if is_end(decoder.vocabulary, token)]
        self.end = self._ends[0] if self._ends else -1
        self.size = size
        self._pieces: dict[int, bytes] = {}

    def one_end(self, logits: np.ndarray) -> np.ndarray:
        """Of a model with several end tokens the likeliest speaks for all: logits float32 (vocabulary,)."""
        if self._ends:
            best = logits[self._ends].max()
            logits[self._ends] = -np.inf
            logits[self.end] = best
        return logits

    def decode(self, ids: Sequence[int]) -> str:
        """Ids -> text without special tokens; a half-made character at the end is told as U+FFFD."""
        return b"".join(self._piece(token) for token in ids).decode(errors="replace").removeprefix(" ")

    def _piece(self, token: int) -> bytes:
        if token not in self._pieces:
            self._pieces[token] = self._asked(token)
        return self._pieces[token]

    def _asked(self, token: int) -> bytes:
        room = 64
        while True:
            found = ctypes.create_string_buffer(room)
            count = int(self._lib.llama_token_to_piece(self._decoder.vocabulary, token, found, room, 0, False))
            if count >= 0:
                return found.raw[:count]
            room = -count

    def rendered(self, prompt: str) -> str:
        """The prompt itself, or a bare question in the chat template that the model brings."""
        if prompt.count(IMAGE) == 1:
            return prompt
        template = self._lib.llama_model_chat_template(self._decoder.model, None)
        if IMAGE in prompt or template is None:
            raise self._no_prompt()
        message = self._lib.llama_chat_message(role=b"user", content=f"{IMAGE}\n{prompt}".encode())
        asked = (self._lib.llama_chat_message * 1)(message)
        found = ctypes.create_string_buffer(2 * len(prompt.encode()) + 4096)
        count = self._lib.llama_chat_apply_template(template, asked, 1, True, found, len(found))
        if not 0 <= count <= len(found):
            raise self._no_prompt()
        return found.raw[:count].decode()

    @staticmethod
    def _no_prompt() -> ModelError:
        return ModelError(
            "The model's prompt must hold the film exactly once.",
            'Write one into its manifest, for example prompt = "USER: <image> Write a report. ASSISTANT:".',
            "prompt",
        )
