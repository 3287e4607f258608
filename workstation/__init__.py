"""CXR-LLaVA reporting workstation: chest films, drafts by a local model, reports signed by a radiologist."""

__version__ = "0.1.0"
