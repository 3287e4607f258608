"""The help's pages in words: ideas, and what can be done with a film, some with a picture of the running program.

``{act.id}`` in a text is the key that act has now. Pictures are taken by ``python -m tests.help_pictures``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A title, its words with keys as ``{act.id}``, and the name of a picture in ``resources/help``, if it has one."""

    title: str
    words: str
    picture: str = ""
    shown: str = ""  # what the picture shows, in words


IDEAS: tuple[Page, ...] = (
    Page(
        "What this program is",
        "A reporting workstation for chest radiographs. A model on this machine drafts a report; you accept, edit "
        "or reject it, and sign. It is research software, not a medical device, and not for clinical use. Nothing "
        "leaves this machine unless you export it.",
    ),
    Page(
        "Films",
        "Drop files or folders anywhere on the window, or use the File menu. A study's films stand together and get "
        "one report. Left drag changes the window: across for its width, up and down for its level. The middle "
        "button moves the film, the right button and the wheel zoom.",
    ),
    Page(
        "The window of a film",
        "Drag with the left button: across for the width, up and down for the level; Ctrl is faster, Ctrl+Shift "
        "faster still, Shift finer. "
        "The row below the film has both as numbers, the windows and VOI LUTs of the file on {film.choice_0} to "
        "{film.choice_9} by their own names, and the film's histogram with the window drawn on it, whose ends can be "
        "dragged there. {film.auto} "
        "takes a window from the film's own values, {film.tool_region} from a region that you drag, {film.invert} "
        "exchanges black and white, {film.reset} takes everything back.",
        picture="window",
        shown="The film, and below it centre and width, the file's own windows and the histogram.",
    ),
    Page(
        "Chest windows and filters",
        "{film.preset_lung} lung, {film.preset_mediastinum} mediastinum, {film.preset_bone} bone and "
        "{film.preset_lines} lines and tubes are computed from the thorax of the very film, not from numbers that "
        "hold for CT; where no lungs are found the window is made of percentiles, and its name says so. Lines and "
        "tubes also sharpens, until another window is taken. {film.filter_sharpen} sharpens, {film.filter_smooth} "
        "smooths, {film.filter_clahe} is CLAHE, "
        "{film.filter_multiscale} lifts faint structures; {film.filter} turns the filter off and on. A filter "
        "changes the display only, stands in amber on the film while it is on, and never reaches a model.",
        picture="filters",
        shown="A film with the window for the mediastinum and a filter, named in amber on it.",
    ),
    Page(
        "Moving about a film",
        "{film.tool_pan} makes the left button move the film, {film.tool_zoom} zoom it; the middle and right "
        "buttons and the wheel do so at any time, and the preferences say otherwise where you want it. {film.fit} "
        "shows the whole film, {film.one_to_one} one film pixel on one of the screen, {film.lens} a magnifier. "
        "{film.text} takes the words in the corners away in two steps. A double click gives the film the whole "
        "window.",
        picture="moving",
        shown="A film that was turned, with the magnifier on it.",
    ),
    Page(
        "Comparing with a prior",
        "The newest prior of surely the same person (ID, birth date and sex agree) hangs beside the film, with its "
        "report; others are offered by name as possible priors, and hang only by a press, marked as not proven. "
        "{compare.prior} puts it away or back, {compare.swap} changes the sides, {compare.link} lets window, zoom and "
        "place follow, each by as much. {compare.flicker} shows the registered prior in the film's place and the film "
        "again; {compare.overlay} lays it half through the film, then as a difference in colour, then away. The "
        "registration is affine: it moves, turns, sizes and slants the whole film, but no rib by itself. It refuses "
        "turns beyond 15 degrees, sizes beyond 0.7 to 1.4 and pairs that do not become alike; of real follow-ups it "
        "refuses about one in ten, and it cannot tell two people apart. It is for looking, never for measuring. "
        "Measuring, drafting and signing always concern the open study, whichever film is in hand.",
        picture="comparing",
        shown="Today's film and the prior of the same person, side by side.",
    ),
    Page(
        "Screens, layouts, thumbnails",
        "{view.film_away} sends the film to a window of its own on the other screen, {view.report_away} the report; "
        "the same key, or closing that window, brings it back. Every key works there too. Places are kept for each set "
        "of screens; without that screen the column is back in the window at the next start. View, Layouts keeps "
        "whole arrangements under names. {view.thumbnails} shows a strip of the study's films and its priors'; "
        "{film.next_study} and {film.previous_study} go to the next and the previous study while the film has the "
        "keyboard.",
    ),
    Page(
        "Measuring and marking",
        "{measure.length} length, {measure.angle} angle, {measure.cobb} Cobb angle, {measure.ratio} cardiothoracic "
        "ratio ({measure.propose_ratio} proposes it; correct it by hand), {measure.arrow} arrow, {measure.text} "
        "text, {measure.freehand} freehand, {measure.ellipse} ellipse with its statistics. Each length says of what "
        "it is one: at the detector, corrected for magnification, calibrated by hand, or pixels; {measure.calibrate} "
        "sets the scale by something of known length. What is dashed and amber is proposed, until you move a point "
        "or put it into the report. {measure.report} "
        "puts the chosen measurement into the report as a sentence, {measure.undo} takes a step back, "
        "{measure.key_image} marks a key image. Drawings are kept with the study.",
        picture="measuring",
        shown="A length and a cardiothoracic ratio on a film.",
    ),
    Page(
        "Getting films in and out",
        "Files, folders, ZIP archives and CDs (DICOMDIR) may be dropped on the window; {file.paste} takes a picture "
        "from the clipboard. What was refused is listed with the reason. {study.take_back} takes the last import "
        "back, {study.correct} corrects the patient; both are logged. {exchange.save_picture} saves the film as a "
        "picture, {exchange.copy_picture} copies it, {exchange.print} prints, {exchange.markings} writes drawings "
        "as DICOM for other programs. Words that are burnt into a film leave with it, and you are warned.",
        picture="pictures",
        shown="The worklist and the film, with the menu for what comes in and goes out.",
    ),
    Page(
        "What leaves, and who is named in it",
        "{exchange.save_picture} saves the active film as PNG, JPEG or TIFF, at its own size or as it is seen, with or "
        "without drawings; the corners' text, which names the patient, is off at first; PNG and TIFF can hold the "
        "stored values of 16 bits instead. That a film is mirrored or filtered stands on it always. "
        "{exchange.markings} writes the study's drawings, window, turn and shutter as a presentation state (GSPS), "
        "its measurements with units and the class of their scale as a report (SR, TID 1500), its key images as a "
        "selection (KO); display filters have no place in DICOM. {exchange.deidentify} writes the films without names "
        "by the basic profile of PS3.15 and looks for what is left of the patient in the bytes; a film that may have "
        "words burnt in has to be looked at first. Everything that leaves is in the log by its fingerprint, without "
        "names and places.",
    ),
    Page(
        "What others drew",
        "Presentation states and reports of other programs are taken in like films, before or after them. Their "
        "drawings stand over the film in violet with the name of who made them; {exchange.foreign} puts them away. "
        "{exchange.apply_state} takes over the window and turn of the newest one. A state of another patient, study, "
        "film or frame is told and drawn nowhere; one that draws with numbers that are none is refused.",
    ),
    Page(
        "Discs, archives and second starts",
        "A disc is opened as a folder or by its DICOMDIR file: the films that its directory lists come in; one that is "
        "missing, or that lies there unlisted, is told. Of a ZIP archive each file is told as archive!file; locked and "
        "nested archives are refused. Pictures may be PNG, JPEG, TIFF or BMP; a pasted one says so in its corner. "
        "Started a second time with films, the program opens a second window on the same worklist.",
    ),
    Page(
        "Setting right",
        "{study.take_back} takes the last import out of the worklist again: its files are put aside, drafts, texts and "
        "the log stay, and a study that was reported on stays, too. {study.correct} corrects whose films these are: "
        "name, ID, birth date, sex. Both ask for a reason, which is kept outside the log. What was corrected carries "
        "an amber mark; a signed report keeps its words and has to be withdrawn or amended.",
    ),
    Page(
        "The next film is there",
        "While you read, the next three studies are decoded, sampled for this window and drafted, as far as the memory "
        "for films (a setting) goes. A draft that was made before you opened its study says so with its time.",
    ),
    Page(
        "Keys that suit you",
        "{file.keys} lists every act: search it, press Enter, then its new key. A key that is taken is told with "
        "its act and place, and changes hands when you press it once more; letters stay with the film, so that "
        "nothing is stolen from what you type. Keys, and the preferences marked as yours, belong to your name and "
        "come back with it; a department's keys are one file, exported and imported there.",
        picture="keys",
        shown="The window with all acts and their keys.",
    ),
    Page(
        "Grey values, as the standard has them",
        "A film's stored values go through what its file says and nothing else: Modality LUT, window or VOI LUT "
        "(LINEAR, LINEAR_EXACT, SIGMOID), Presentation LUT; black and white are exchanged once, however often the "
        "header says so, and padding is black. A table that declares a depth it does not use is read by its own "
        "range of values, with a note. A film without a window of its own gets an automatic one from what lies "
        "inside its collimation. Palettes and colour are shown as stored; colours for some greys of a film are left "
        "out, with a note. Each frame of a film that holds several has its own grey scale; {film.next_frame} and "
        "{film.previous_frame} step through them, and the corner says which one this is.",
    ),
    Page(
        "What the file draws over its film",
        "Overlay planes are drawn in white with a dark edge, a shutter blacks out what is not meant to be seen; "
        "both are on whenever a study is opened. {film.planes} and {film.shutter} take them away, and the film says "
        "so while they are. Neither ever reaches a model, and the render command leaves them out.",
    ),
    Page(
        "The display",
        "Equal steps of grey should look equal (GSDF, DICOM part 14). The display check (menu View) shows test "
        "patterns and takes a monitor's luminance curve: measured with a photometer and loaded from a file (two "
        "columns, driving level and luminance in cd/m2, or DCMTK's monitor files), or assumed from black, white and "
        "room light. Films on that monitor then go through its curve, on the screen only; models, pictures and "
        "exports get the values as they are. The corner of the film and the line at the bottom say what is known of "
        "the display, and that it is not calibrated while nothing is. There, too, a bar is measured for true size.",
        picture="display",
        shown="The display check with its test pattern.",
    ),
    Page(
        "Turned, mirrored, true to size",
        "{film.rotate_right} and {film.rotate_left} turn the film, {film.flip_across} and {film.flip_down} mirror "
        "it; the orientation letters follow. While a film does not stand as it is stored, amber words say so, and "
        "an amber frame stands around a mirrored one, whatever text is wanted in the corners; {film.reset} takes "
        "everything back. A turn is for the eye: neither the file nor what a model is given changes. "
        "{film.true_size} draws a millimetre as a millimetre and names what it is one of: at the detector, where "
        "the file says no more. It is as true as the monitor's size: measure it once in the display check. "
        "{film.lens} brings a magnifier; {film.lens_freeze} keeps the window in it while the film gets another. The "
        "corner says preview while a film is sampled quickly, full quality when it is as good as it gets, and what "
        "was lost in compression. A double click gives the film the whole screen; another takes it back.",
    ),
    Page(
        "Drafts",
        "A draft is made when a study arrives, when it is opened, or by hand (a setting). Drafted words look "
        "drafted until you keep, change or reject them. What the model cannot assess stands in a line of its own. A "
        "lateral film, another body part or a child is refused; you may draft anyway, and the log says so.",
    ),
    Page(
        "Scores and what changes them",
        "Behind each draft stands a finding head. Its scores are shown on request in coarse bands, high, middle or "
        "low, never as numbers. A sentence that it speaks against carries an amber mark with the finding's name. "
        "While {model.evidence} is held with the caret in a drafted sentence, the film shows which parts, when "
        "covered, lower the score of its finding: what changes the score, not where the model looked. There is no "
        "such map for a denial, and none of it is kept or exported. A model that sees the centre of a film only "
        "says so, and a dashed line shows the edge.",
    ),
    Page(
        "Questions",
        "{view.question} opens a side pane: free questions and a differential diagnosis of the film that is on the "
        "screen, if the chosen model was trained for them. Answers are not part of the report and never enter it by "
        "themselves; what you copy out of them says where it comes from. They are kept per study until the window "
        "is closed. The log knows that something was asked, how long it was and its hash, never the words.",
    ),
    Page(
        "Models",
        "The models window lists what is on this machine, from whom, on which terms, whether it fits the memory, "
        "and whether it is loaded. A downloaded folder is taken in after its terms are shown and accepted; no code "
        "of it is ever run. Converting makes a smaller file for llama.cpp. A model rests in memory for a time that "
        "you set.",
    ),
    Page(
        "Signing",
        "Every keystroke is saved. What you did with the draft (accept, edit, reject) is worked out from the text "
        "and you confirm it. For 60 seconds a signature can be called back; after that the report is final and only "
        "an addendum can be added. A report with words of a research model carries a mark on every page.",
    ),
    Page(
        "The log",
        "Drafts, edits, decisions, times and viewer actions go into an append-only, hash-chained log on this "
        "machine. It knows which words were on the screen, not what an eye saw. The File menu exports and verifies "
        "it.",
    ),
)
