"""The report column: draft, editor, decision, signature, addenda. It speaks to the study only through its `Reading`."""
