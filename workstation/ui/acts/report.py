"""Acts on the report and its draft."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = (
    Action("report.reveal", "Reveal the draft", ("Ctrl+R",), "Show the draft that waits (logged)", menu="Report"),
    Action("report.redo", "Redo draft", ("Ctrl+G",), "Ask the model for a new draft", menu="Report"),
    Action("report.stop", "Stop drafting", ("Ctrl+.",), "Stop the model at its next word", menu="Report"),
    Action(
        "report.keep",
        "Keep",
        ("Alt+1",),
        "The drafted sentence with the caret stands as the model wrote it",
        menu="Report",
    ),
    Action(
        "report.edit", "Edit", ("Alt+2",), "Select the drafted sentence with the caret, to write over it", menu="Report"
    ),
    Action(
        "report.reject",
        "Reject",
        ("Alt+3",),
        "Strike the drafted sentence with the caret out of the report",
        menu="Report",
    ),
    Action(
        "report.next_sentence",
        "Next drafted sentence",
        ("Alt+Down",),
        "The next sentence that you have not judged",
        menu="Report",
    ),
    Action(
        "report.previous_sentence", "Previous drafted sentence", ("Alt+Up",), "The sentence before it", menu="Report"
    ),
    Action(
        "report.insert_draft", "Insert draft", ("Alt+I",), "Put the offered draft under your own words", menu="Report"
    ),
    Action(
        "report.probabilities",
        "Finding scores",
        ("Ctrl+Shift+F",),
        "Show or hide the finding head's scores in coarse bands",
        menu="Report",
    ),
    Action(
        "report.reservations",
        "Reservations in full",
        ("Ctrl+Shift+R",),
        "Show or hide what the draft was made in spite of",
        menu="Report",
    ),
    Action("report.grade_a", "Grade A", ("Alt+A",), "The draft was acceptable without any revision", menu="Report"),
    Action("report.grade_b", "Grade B", ("Alt+B",), "The draft was acceptable after minor revision", menu="Report"),
    Action("report.grade_c", "Grade C", ("Alt+C",), "The draft was acceptable after major revision", menu="Report"),
    Action("report.grade_d", "Grade D", ("Alt+D",), "The draft was unacceptable", menu="Report"),
    Action("report.sign", "Sign, next", ("F9",), "Sign this report and open the next study", menu="Report"),
    Action("report.recall", "Call back", ("Ctrl+F9",), "Take back a signature of the last minute", menu="Report"),
    Action("report.addendum", "Add an addendum…", (), "Add to a signed report without changing it", menu="Report"),
    Action(
        "report.withdraw",
        "Withdraw…",
        (),
        "Take a signed report back as entered in error, with the reason",
        menu="Report",
    ),
    Action("report.copy", "Copy report", ("Ctrl+Shift+C",), "The signed report as text", menu="Report"),
    Action("report.export_text", "Export as text…", (), "Save the signed report as a text file", menu="Report"),
    Action("report.export_pdf", "Export as PDF…", ("Ctrl+Shift+P",), "Save the signed report as PDF", menu="Report"),
    Action(
        "report.export_sr", "Export as DICOM SR…", (), "Save the signed report as DICOM Basic Text SR", menu="Report"
    ),
    Action("report.export_fhir", "Export as FHIR…", (), "Save it as FHIR R4 DiagnosticReport (JSON)", menu="Report"),
    Action("report.export_hl7", "Export as HL7…", (), "Save it as HL7 v2.5.1 ORU^R01", menu="Report"),
)
