"""A CXR-LLAVA-v2 folder as it is published -> `CxrLlava`, by our own code: never pickle, never the folder's code.

`load.load` is the one door. Nothing in the program opens it yet: ``models import`` comes next and still lacks the copy
into the home (whole or not at all, each file's SHA-256 recorded), the terms shown and accepted, memory needed held
against memory there (`shards.Shards.bytes`), a manifest with the findings and views it may speak of, the worker's
choice between this loader and `CxrLlava.load`, and a GGUF of this vocabulary for llama.cpp.
"""
