"""Drafts and reference labels -> scores with intervals, in the layout of the paper; knows no model."""
