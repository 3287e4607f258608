"""Many ways of saying a thing, in wordings of our own: what each affirms, denies or doubts, and nothing more."""

import pytest

from tests.unit.reporting.labeler.meaning import meant
from workstation.reporting.labeler import label
from workstation.reporting.presence import Presence

P, A, U = Presence.PRESENT, Presence.ABSENT, Presence.UNCERTAIN

WORDINGS = [
    ("PTX resolved. ETT 3 cm above carina.", {"pneumothorax": A, "support devices": P}),
    ("NO PTX. NO PNA. MILD CHF", {"pneumothorax": A, "pneumonia": A, "edema": P, "cardiomegaly": U}),
    (
        "RIGHT PICC LINE TIP IN SVC. SMALL BILATERAL EFFUSIONS, LEFT GREATER THAN RIGHT",
        {"support devices": P, "pleural effusion": P},
    ),
    (
        "- No effusion\n- Left lower lobe atelectasis\n- Heart size normal",
        {"pleural effusion": A, "atelectasis": P, "cardiomegaly": A},
    ),
    ("heart size normal lungs clear no effusion", {"cardiomegaly": A, "pleural effusion": A}),
    (
        "No focal consolidation, effusion or pneumothorax, heart is mildly enlarged",
        {"consolidation": A, "pleural effusion": A, "pneumothorax": A, "cardiomegaly": P},
    ),
    (
        "There is no focal\n consolidation, pleural\neffusion, or pneumothorax.",
        {"consolidation": A, "pleural effusion": A, "pneumothorax": A},
    ),
    ("INDICATION: Rule out pneumonia.\nCOMPARISON: Prior film with effusion.\nFINDINGS: Clear lungs.", {}),
    (
        "INDICATION: ___ year old with pneumonia // ?effusion\n\n COMPARISON: None.\n\n"
        " FINDINGS:\n\n AP view. Moderate pulmonary edema.\n\n IMPRESSION:\n\n Pulmonary edema.",
        {"edema": P},
    ),
    (
        "Pneumothorax: None. Effusion: small left. Cardiomegaly: no.",
        {"pneumothorax": A, "pleural effusion": P, "cardiomegaly": A},
    ),
    ("Previously seen right effusion has resolved.", {"pleural effusion": A}),
    ("The pneumothorax has nearly resolved.", {"pneumothorax": P}),
    ("Resolving left lower lobe pneumonia.", {"pneumonia": P}),
    ("No change in the large right pleural effusion.", {"pleural effusion": P}),
    ("No significant interval change in small left apical pneumothorax.", {"pneumothorax": P}),
    ("Pneumonia cannot be excluded.", {"pneumonia": U}),
    ("Cannot exclude small effusion.", {"pleural effusion": U}),
    ("An underlying pneumonia is not entirely excluded.", {"pneumonia": U}),
    ("No evidence of pneumonia is seen.", {"pneumonia": A}),
    ("There is neither effusion nor pneumothorax.", {"pleural effusion": A, "pneumothorax": A}),
    (
        "Opacity at the left base, which may represent atelectasis versus pneumonia.",
        {"lung opacity": P, "atelectasis": U, "pneumonia": U},
    ),
    ("No pneumothorax identified although a small effusion persists.", {"pneumothorax": A, "pleural effusion": P}),
    ("No acute abnormality other than mild cardiomegaly.", {"cardiomegaly": P}),
    ("The heart is not enlarged.", {"cardiomegaly": A}),
    ("Cardiac silhouette is at the upper limits of normal.", {"cardiomegaly": A}),
    ("The heart is borderline in size.", {"cardiomegaly": U}),
    ("Mild cardiac enlargement without failure.", {"cardiomegaly": P}),
    ("The mediastinum is widened.", {"enlarged cardiomediastinum": P}),
    ("Widened mediastinum.", {"enlarged cardiomediastinum": P}),
    ("Mediastinal silhouette is within normal limits.", {"enlarged cardiomediastinum": A}),
    ("Small pericardial effusion.", {}),
    ("Recommend CT to exclude pulmonary mass.", {}),
    ("Follow-up radiograph is recommended to document resolution of pneumonia.", {}),
    ("If there is clinical concern for pneumothorax, expiratory views may help.", {}),
    ("History of pneumonia, now with right effusion.", {"pleural effusion": P}),
    ("Interval removal of the chest tube. No pneumothorax.", {"support devices": A, "pneumothorax": A}),
    ("ET tube has been removed.", {"support devices": A}),
    ("Left chest tube in place.", {"support devices": P}),
    ("Costophrenic angles are sharp.", {"pleural effusion": A}),
    ("Old healed right rib fractures.", {"fracture": P}),
    ("No displaced rib fracture.", {"fracture": A}),
    ("Non-displaced fracture of the left clavicle.", {"fracture": P}),
    ("Hydropneumothorax on the left.", {"pneumothorax": P, "pleural effusion": P}),
    ("Likely atelectasis at the bases.", {"atelectasis": U}),
    ("Left basilar opacity, likely atelectasis.", {"lung opacity": P, "atelectasis": U}),
    ("Small effusions are possible.", {"pleural effusion": U}),
    ("Small left effusion, possible.", {"pleural effusion": U}),
    ("Pneumonia is unlikely.", {"pneumonia": A}),
    ("Lungs are clear of consolidation.", {"consolidation": A}),
    ("Lungs clear.", {}),
    ("No lung nodule or mass.", {"nodule": A, "mass": A, "lung lesion": A}),
    ("5 mm nodule in the RUL.", {"nodule": P, "lung lesion": P}),
    ("Patchy infiltrate in the right base.", {"infiltration": P, "lung opacity": P}),
    ("Subcutaneous emphysema on the left.", {}),
    ("COPD with emphysema.", {"emphysema": P}),
    ("Biapical pleural thickening.", {"pleural thickening": P, "pleural other": P}),
    ("Hiatal hernia.", {"hernia": P}),
    ("No effusion is seen and the heart is enlarged.", {"pleural effusion": A, "cardiomegaly": P}),
    ("Bilateral effusions have decreased but have not resolved.", {"pleural effusion": P}),
    ("The effusion is no longer seen.", {"pleural effusion": A}),
    ("Effusions are present bilaterally and no pneumothorax is seen.", {"pleural effusion": P, "pneumothorax": A}),
    (
        "There is cardiomegaly with pulmonary edema and no pneumothorax.",
        {"cardiomegaly": P, "edema": P, "pneumothorax": A},
    ),
    ("Negative for pneumonia, effusion, and pneumothorax.", {"pneumonia": A, "pleural effusion": A, "pneumothorax": A}),
    ("The lungs are free of consolidation or edema.", {"consolidation": A, "edema": A}),
    ("Without evidence of acute infiltrate.", {"infiltration": A, "lung opacity": A}),
    ("Possible trace left effusion; no pneumothorax.", {"pleural effusion": U, "pneumothorax": A}),
    ("No pneumothorax. Question of small left effusion.", {"pneumothorax": A, "pleural effusion": U}),
    ("?consolidation left base", {"consolidation": U}),
    ("LLL consolidation c/w pneumonia", {"consolidation": P, "pneumonia": P}),
    ("There is no pneumothorax, and there is a small effusion.", {"pneumothorax": A, "pleural effusion": P}),
    ("Heart size and mediastinal contours are normal.", {"cardiomegaly": A, "enlarged cardiomediastinum": A}),
    (
        "The heart size, mediastinal contour and pulmonary vasculature are within normal limits.",
        {"cardiomegaly": A, "enlarged cardiomediastinum": A},
    ),
    ("Right pneumonia has worsened; effusion unchanged.", {"pneumonia": P, "pleural effusion": P}),
    ("Atelectasis or infiltrate at the left base.", {"atelectasis": U, "infiltration": U, "lung opacity": U}),
    ("Clear lungs without effusion, edema, or pneumothorax.", {"pleural effusion": A, "edema": A, "pneumothorax": A}),
    ("Enlarged cardiac silhouette, unchanged. No overt edema.", {"cardiomegaly": P, "edema": A}),
    ("The cardiac silhouette is stable and mildly enlarged.", {"cardiomegaly": P}),
    ("Pulmonary edema has improved.", {"edema": P}),
    ("No new consolidation.", {"consolidation": A}),
    ("Atelectasis rather than pneumonia.", {"atelectasis": P, "pneumonia": A}),
    ("Effusion is absent.", {"pleural effusion": A}),
    ("Low lung volumes accentuate the heart size.", {}),
    (
        "Effusions and atelectasis, without definite pneumothorax",
        {"pleural effusion": P, "atelectasis": P, "pneumothorax": A},
    ),
    ("There is no convincing evidence for pneumonia, although early pneumonia could be missed.", {"pneumonia": U}),
    ("no mass effect", {}),
    ("Pacemaker leads in place.", {"support devices": P}),
    (
        "Lungs are well expanded without pneumothorax or effusion\nHeart is large\nBony thorax intact",
        {"pneumothorax": A, "pleural effusion": A, "cardiomegaly": P},
    ),
    ("Mild edema, no effusion, small left apical pneumothorax", {"edema": P, "pleural effusion": A, "pneumothorax": P}),
    ("1) Cardiomegaly 2) no pneumonia 3) left effusion", {"cardiomegaly": P, "pneumonia": A, "pleural effusion": P}),
    ("Pleural effusions are not seen, nor is there pneumothorax.", {"pleural effusion": A, "pneumothorax": A}),
    ("The patient has been extubated.", {}),
    ("Suspected pneumonia in the left lower lobe.", {"pneumonia": U}),
    ("Findings are consistent with pneumonia.", {"pneumonia": P}),
    ("Findings concerning for pneumonia.", {"pneumonia": U}),
    ("No opacity to suggest pneumonia.", {"lung opacity": A, "pneumonia": A}),
    ("No findings suspicious for malignancy.", {"lung lesion": A}),
    ("There has been interval development of left pleural effusion.", {"pleural effusion": P}),
    ("Pleural effusion not excluded.", {"pleural effusion": U}),
    ("Absence of pleural effusion.", {"pleural effusion": A}),
    ("Without a pneumothorax, the lungs show consolidation.", {"pneumothorax": A, "consolidation": P}),
    (
        "Lungs/Pleura: No consolidation. Trace effusion.\nHeart: Enlarged.\nBones: no fracture",
        {"consolidation": A, "pleural effusion": P, "cardiomegaly": P, "fracture": A},
    ),
    ("Collapse of the left lower lobe.", {"atelectasis": P}),
    ("Bibasilar subsegmental atelectasis/scarring.", {"atelectasis": P}),
    (
        "Focal opacity in the lingula could be atelectasis; pneumonia is not excluded",
        {"lung opacity": P, "atelectasis": U, "pneumonia": U},
    ),
    ("The lungs are not clear.", {}),
    ("No pleural effusions but there is pulmonary edema.", {"pleural effusion": A, "edema": P}),
    ("There is a question of a left pneumothorax.", {"pneumothorax": U}),
    ("No obvious pneumothorax; a tiny one would be hard to see.", {"pneumothorax": A}),
    ("No pneumothorax seen on this supine film, but cannot be excluded.", {"pneumothorax": U}),
    ("Heart normal. Mediastinum normal.", {"cardiomegaly": A, "enlarged cardiomediastinum": A}),
    ("Normal heart, lungs, and mediastinum.", {"cardiomegaly": A, "enlarged cardiomediastinum": A}),
    ("The heart and mediastinum are unremarkable.", {"cardiomegaly": A, "enlarged cardiomediastinum": A}),
    ("Tip of the central line over the heart.", {"support devices": P}),
    ("Unremarkable cardiomediastinal silhouette.", {"enlarged cardiomediastinum": A}),
]


@pytest.mark.parametrize(("text", "expected"), WORDINGS)
def test_a_wording_is_read_as_it_is_meant(text, expected):
    assert meant(text) == expected


@pytest.mark.parametrize(("text", "expected"), WORDINGS)
def test_capitals_and_wrapped_lines_change_nothing(text, expected):
    findings = label(text).findings
    assert label(text.upper()).findings == findings
    assert label(text.replace(" ", "  ")).findings == findings
