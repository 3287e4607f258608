"""A CXR-LLAVA-v2 folder as it is published -> `CxrLlava`, by our own code: never pickle, never the folder's code.

`load.load` is the one door; `workstation.vlm.inspection` checks such a folder before it is imported.
"""
