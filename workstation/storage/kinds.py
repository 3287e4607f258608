"""Every kind of event that the log knows, with the version of its payload and what it records.

A kind that is not declared here is still logged, as version 0: losing an event is worse than an undocumented one.
"""

from __future__ import annotations

DECLARED: dict[str, tuple[int, str]] = {
    "imported": (1, "A film was taken into the store: warnings counted."),
    "import_taken_back": (1, "Films of an import left the worklist: how many, how many stay; the reason is kept."),
    "patient_corrected": (1, "Who the patient is was corrected: which fields, whether a report was signed before."),
    "companion_imported": (1, "An object that belongs to films was taken into the store: its kind, films counted."),
    "study_opened": (1, "A reader opened the study; reopened counts earlier openings."),
    "study_closed": (1, "The reader left the study."),
    "first_paint": (1, "The film was painted for the first time since opening."),
    "draft_requested": (1, "A draft was asked for: model, backend, seed, anyway."),
    "draft_made": (1, "The draft is complete and kept: document, model, seconds, tokens."),
    "draft_failed": (1, "No draft: the refusal's code, fingerprints of film and model."),
    "draft_stopped": (1, "The reader stopped the draft."),
    "draft_shown": (1, "Drafted words stood on the screen while the window was in front."),
    "draft_revealed": (1, "The draft was revealed to the reader, and how."),
    "question_asked": (1, "The model was asked about a film: task, turn, length and SHA-256 of the question."),
    "question_answered": (1, "It answered: model, seed, tokens, seconds, length and SHA-256 of the answer."),
    "question_failed": (1, "No answer: the refusal's code."),
    "first_key": (1, "First key typed into the report since opening."),
    "last_key": (1, "Last key typed into the report before signing."),
    "text_edited": (1, "Typing, batched: characters inserted and deleted by section."),
    "sentence": (1, "A drafted sentence was kept, edited, rejected or restored: act, section, number, former state."),
    "text_written": (1, "A whole text was written from the command line."),
    "viewer": (1, "Viewer actions, batched."),
    "measurement_inserted": (1, "A measurement's sentence was put into the report: section, characters."),
    "marked": (1, "Drawings, calibrations and key images were kept: counts, whether the report was signed by then."),
    "idle": (1, "No key or mouse for longer than the threshold: seconds and threshold."),
    "hidden": (1, "The window was not in front: seconds."),
    "waiting": (1, "No draft yet and no input: seconds."),
    "decision": (1, "Accept, edit or reject, stated or derived; grade; difference to the draft in numbers."),
    "override": (1, "A check before signing was overruled; the reason stands in the version's document."),
    "signed": (1, "A version was signed: its document, number, role."),
    "recalled": (1, "A signature was called back within its minute."),
    "addended": (1, "An addendum was signed."),
    "withdrawn": (1, "The report was withdrawn as entered in error: how many exports had been made."),
    "exported": (1, "A version left the program: format and SHA-256 of what left; the place is not in the log."),
    "picture_exported": (1, "A picture, marking or film left: format, what was on it, SHA-256 of what left."),
    "reader_registered": (1, "A reader was entered in the register, or changed the secret: id, act."),
    "secret_refused": (1, "A secret was given that is not the reader's: id."),
    "settings_changed": (1, "A setting was changed: its name."),
    "log_exported": (1, "The log was exported: format, number of events, whether texts were included."),
}
KINDS: dict[str, int] = {kind: version for kind, (version, _) in DECLARED.items()}
