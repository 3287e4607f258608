"""Wordings as other hospitals write them: telegrams, abbreviations, templates, comparisons, long lists."""

import pytest

from tests.unit.reporting.labeler.meaning import meant
from workstation.reporting.presence import Presence

P, A, U = Presence.PRESENT, Presence.ABSENT, Presence.UNCERTAIN

WORDINGS = [
    (
        "AP portable chest. ETT terminates 4 cm above the carina. NGT courses below the diaphragm. "
        "Bibasilar opacities likely atelectasis, though pneumonia not excluded. Small bilateral pleural "
        "effusions. No PTX.",
        {
            "support devices": P,
            "lung opacity": P,
            "atelectasis": U,
            "pneumonia": U,
            "pleural effusion": P,
            "pneumothorax": A,
        },
    ),
    (
        "Compared to the prior study, there has been no significant change. Cardiomegaly and bilateral "
        "pleural effusions persist.",
        {"cardiomegaly": P, "pleural effusion": P},
    ),
    ("The previously noted right lower lobe consolidation has completely resolved.", {"consolidation": A}),
    (
        "Moderate cardiomegaly is unchanged. Mild pulmonary vascular congestion without frank edema.",
        {"cardiomegaly": P, "edema": A},
    ),
    (
        "Trachea midline. Cardiac silhouette normal. No infiltrates, effusions, or pneumothoraces. "
        "Osseous structures intact.",
        {"cardiomegaly": A, "infiltration": A, "lung opacity": A, "pleural effusion": A, "pneumothorax": A},
    ),
    ("There is a small left apical pneumothorax measuring 8 mm. No mediastinal shift.", {"pneumothorax": P}),
    ("Heart size top normal.", {"cardiomegaly": A}),
    ("Cannot rule out a small right-sided pneumothorax.", {"pneumothorax": U}),
    (
        "Hazy opacity in the right lower lung zone suspicious for pneumonia in the appropriate clinical setting.",
        {"lung opacity": P, "pneumonia": U},
    ),
    ("No overt CHF.", {"edema": A}),
    ("No radiographic evidence of acute cardiopulmonary disease.", {}),
    ("No evidence of active tuberculosis.", {}),
    ("Status post CABG with sternotomy wires intact.", {"support devices": P}),
    ("Right IJ catheter tip in the SVC without pneumothorax.", {"support devices": P, "pneumothorax": A}),
    ("Elevated right hemidiaphragm with adjacent atelectasis.", {"atelectasis": P}),
    (
        "Retrocardiac opacity could reflect atelectasis, effusion, or consolidation.",
        {"lung opacity": P, "atelectasis": U, "pleural effusion": U, "consolidation": U},
    ),
    (
        "The lungs are hyperinflated, consistent with emphysema. No focal consolidation is identified.",
        {"emphysema": P, "consolidation": A},
    ),
    ("No pleural effusion, and no pneumothorax.", {"pleural effusion": A, "pneumothorax": A}),
    ("No interval development of pneumothorax.", {"pneumothorax": A}),
    ("Stable small left pleural effusion; otherwise clear.", {"pleural effusion": P}),
    ("Interval resolution of the left pneumothorax.", {"pneumothorax": A}),
    ("Interval increase in right effusion.", {"pleural effusion": P}),
    ("There is no longer evidence of pneumothorax.", {"pneumothorax": A}),
    ("Cardiomegaly is not present.", {"cardiomegaly": A}),
    ("Cardiac size cannot be evaluated due to adjacent opacity.", {"lung opacity": P}),
    ("Heart size is difficult to assess given effusion.", {"pleural effusion": P}),
    ("Diffuse bilateral airspace opacities, edema vs pneumonia.", {"lung opacity": P, "edema": U, "pneumonia": U}),
    ("Pulmonary edema vs. ARDS.", {"edema": U}),
    ("Tiny left effusion is suspected.", {"pleural effusion": U}),
    (
        "The patient is rotated. No definite consolidation or effusion, though the left base is obscured.",
        {"consolidation": A, "pleural effusion": A},
    ),
    ("The heart is mildly enlarged with normal pulmonary vascularity.", {"cardiomegaly": P}),
    ("Heart is normal in size with no evidence of edema.", {"cardiomegaly": A, "edema": A}),
    (
        "Lungs: Clear. Pleura: No effusion or pneumothorax. Heart: Normal. Mediastinum: Normal. Bones: "
        "No acute fracture.",
        {"pleural effusion": A, "pneumothorax": A, "cardiomegaly": A, "enlarged cardiomediastinum": A, "fracture": A},
    ),
    (
        "Severe cardiomegaly, small effusions, and mild interstitial edema.",
        {"cardiomegaly": P, "pleural effusion": P, "edema": P},
    ),
    ("Without pleural effusion but with mild edema", {"pleural effusion": A, "edema": P}),
    ("New right lower lobe opacity concerning for aspiration pneumonia.", {"lung opacity": P, "pneumonia": U}),
    ("IMPRESSION: NO ACUTE DISEASE. STABLE CARDIOMEGALY.", {"cardiomegaly": P}),
    (
        "There is no evidence of acute pneumonia, congestive failure, or effusion.",
        {"pneumonia": A, "pleural effusion": A},
    ),
    ("Atelectasis, less likely pneumonia.", {"atelectasis": P, "pneumonia": U}),
    ("Pneumonia less likely.", {"pneumonia": U}),
    ("A nodule is seen in the left upper lobe; CT recommended.", {"nodule": P, "lung lesion": P}),
    ("Nipple shadows should not be mistaken for nodules.", {}),
    ("If pneumonia is suspected clinically, treat.", {}),
    ("Mild to moderate left pleural effusion noted", {"pleural effusion": P}),
    ("Small pleural effusion cannot be seen.", {"pleural effusion": A}),
    ("The mediastinum is not widened.", {"enlarged cardiomediastinum": A}),
    ("No widening of the mediastinum.", {"enlarged cardiomediastinum": A}),
    ("Cardiomediastinal silhouette is enlarged.", {"enlarged cardiomediastinum": P, "cardiomegaly": P}),
    ("Lines and tubes: none.", {"support devices": A}),
    ("Pleural plaques are present.", {"pleural other": P}),
    ("Fibrotic changes at the apices.", {"fibrosis": P}),
    ("Mass in the right hilum", {"mass": P, "lung lesion": P}),
    ("rib fx left 7th", {"fracture": P}),
    ("+ PTX on the left", {"pneumothorax": P}),
    ("Pneumothorax (-). Effusion (+).", {"pneumothorax": A, "pleural effusion": P}),
    ("No consolidation/effusion/pneumothorax.", {"consolidation": A, "pleural effusion": A, "pneumothorax": A}),
    ("w/o effusion", {"pleural effusion": A}),
    ("Clear costophrenic angles.", {"pleural effusion": A}),
    ("The right costophrenic angle is blunted.", {"pleural effusion": U}),
    ("Both CP angles are clear. CT ratio is normal.", {"pleural effusion": A, "cardiomegaly": A}),
    ("Pulmonary oedema. No pneumothoraces.", {"edema": P, "pneumothorax": A}),
    ("Nothing to suggest pneumonia.", {"pneumonia": A}),
    ("I see no pneumothorax or effusion.", {"pneumothorax": A, "pleural effusion": A}),
    ("Effusion has increased, pneumothorax has not recurred.", {"pleural effusion": P, "pneumothorax": A}),
]


@pytest.mark.parametrize(("text", "expected"), WORDINGS)
def test_a_wording_is_read_as_it_is_meant(text, expected):
    assert meant(text) == expected
