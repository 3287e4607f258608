"""How reports name findings and organs: phrases of our own, as small patterns over lower-case text.

A pattern begins with a letter, knows single spaces only and is tried at the beginning of a word, in the order written
here. What a sentence then says of them (denied, doubted, enlarged) is none of its business.
"""

from __future__ import annotations

_LUNGS = r"(?:lungs?|lobes?|segments?|left|right|rul|rml|rll|lul|lll)"
_SHADOW = r"(?:size|silhouettes?|shadow|contours?|outline|profile|diameter|dimensions?)"

# A name that ends in "?" is at most a doubt: the words hint at the finding without naming it. Several names for one
# phrase are parted by ";".
FINDINGS: tuple[tuple[str, str], ...] = (
    ("cardiomegaly", "cardiomegal"),
    ("cardiomegaly", r"(?:cardiac|heart) enlargement"),
    ("enlarged cardiomediastinum", r"mediastinal (?:widening|enlargement)"),
    ("enlarged cardiomediastinum", r"widening of (?:the )?(?:upper |superior )?mediastinum"),
    ("lung opacity", r"opaci"),
    ("lung opacity", r"(?:air[- ]?space|alveolar) (?:diseases?|process(?:es)?|abnormalit\w+|densit\w+)"),
    ("lung opacity", r"(?:increased|patchy|hazy|streaky|linear|bandlike|focal|vague) (?:\w+ )?densit\w+"),
    ("lung opacity", r"ground[- ]glass"),
    (
        "lung opacity",
        r"(?:reticular|interstitial|reticulonodular) (?:pattern|markings?|changes?|thickening"
        r"|disease)",
    ),
    ("lung opacity", r"(?:peribronchial|bronchial wall) (?:cuffing|thickening)"),
    ("lung lesion", r"(?:lung|pulmonary|cavitary|cavitating|lytic lung|parenchymal) (?:mass[- ]like )?lesions?"),
    ("lung lesion", r"mass-like"),
    ("lung lesion", r"lesions? (?:in|of|within) the (?:right |left )?lungs?"),
    ("lung lesion", r"(?:neoplas|carcinoma|malignan|tumou?rs?\b|metasta|adenocarcinoma|lung cancer|masslike)"),
    ("edema", r"(?:oedema|edema)"),
    ("edema;cardiomegaly?", r"(?:congestive )?(?:heart|cardiac) failure"),
    ("edema;cardiomegaly?", r"(?:chf|cardiac decompensation)\b"),
    (
        "edema;cardiomegaly?",
        r"(?:(?:overt|frank|left ventricular|ventricular|lv|biventricular|signs? of|evidence of) failure"
        r"|lvf|ccf)\b",
    ),
    ("edema", r"(?:fluid|volume) overload"),
    ("edema?", r"(?:pulmonary|vascular|venous|hilar|central)(?: vascular| venous)? congestion"),
    ("edema?", r"kerley"),
    ("consolidation", r"consolidat"),
    ("pneumonia", r"(?:broncho)?pneumoni(?:as?|c)\b"),
    ("pneumonia", r"pna\b"),
    ("pneumonia?", r"(?:infecti(?:on|ous)|pneumonitis)"),
    ("atelectasis", r"atelect"),
    ("atelectasis", rf"collapse of (?:the |a |substantial portion of (?:the )?)?(?:\w+ ){{0,2}}{_LUNGS}\b"),
    ("atelectasis", rf"{_LUNGS} (?:is|are|appears|remains) (?:(?!not\b)\w+ )?collapsed"),
    ("atelectasis", rf"collapsed (?:\w+ ){{0,2}}{_LUNGS}\b"),
    ("atelectasis", r"(?:lung|lobar|lobe|segmental|subsegmental|pulmonary|complete|partial) collapse"),
    ("pneumothorax;pleural effusion", r"(?:hydro|haemo|hemo|pyo)pneumothora"),
    ("pneumothorax", r"pneumothora"),
    ("pneumothorax", r"ptx\b|pleural air\b"),
    ("pleural effusion", r"(?:pleural )?effusions?\b"),
    ("pleural effusion", r"pleural (?:fluid|liquid)"),
    ("pleural effusion", r"(?:fluid|liquid) (?:with)?in the (?:right |left )?pleural (?:space|cavit)"),
    ("pleural effusion", r"(?:hydro|haemo|hemo|chylo)thorax"),
    ("pleural effusion", r"(?:empyema|hemothoraces)"),
    ("pleural other", r"pleural (?:plaques?|scar\w*|calcifications?|fibrosis)"),
    ("pleural other", r"(?:fibrothorax|pleuro-?parenchymal scar\w*|calcified pleura)"),
    ("fracture", r"fractur"),
    ("fracture", r"fx\b"),
    ("infiltration", r"infiltrat"),
    ("mass", r"mass(?:es)?\b"),
    ("lung lesion;nodule?", r"nodular"),
    ("nodule", r"(?:micro)?nodul"),
    ("emphysema", r"emphysem"),
    ("fibrosis", r"fibro(?:sis|tic)"),
    ("pleural thickening", r"(?:pleural|pleuroparenchymal|apical cap|biapical)(?: and parenchymal)? thickening"),
    ("pleural thickening", r"(?:thickening of (?:the )?|thickened )pleura"),
    ("pleural thickening", r"pleura (?:is|appears) (?:\w+ )?thickened"),
    ("hernia", r"hernia"),
    (
        "support devices",
        r"(?:catheter|picc|port-?a-?cath|chest (?:wall )?port|infusion port|mediport|swan|hickman|dialysis line"
        r"|central(?: venous)? line|(?:ij|jugular|subclavian|femoral|arterial|venous) lines?\b)",
    ),
    (
        "support devices",
        r"(?:pacemaker|pacer|pacing|icd|aicd|defibrillator|stimulator|generator|lvad|impella"
        r"|iabp|ecmo)",
    ),
    ("support devices", r"(?:tracheostomy|ett|ngt|ogt|ng tube|et tube|og tube|dobb?hoff|balloon pump)\b"),
    ("support devices", r"(?:tubes?|tubing|lines? tip|stents?|drains?|cannula|pigtail)\b"),
    ("support devices", r"(?:sternotomy|sternal) (?:wires?|sutures?|xxxx)|median sternotomy"),
    ("support devices", r"(?:prosthetic|mechanical|valve|aortic valve) (?:valve|prosthesis|replacement)"),
    (
        "support devices",
        r"(?:support|monitoring) (?:devices?|apparatus)|(?:surgical )?(?:clips|staples)\b"
        r"|hardware",
    ),
    ("support devices", r"(?:ivc filter|spinal rods?|orthopedic hardware|pacing leads?|leads\b)"),
)

# Named elsewhere or otherwise than what the words alone would say: no mention at all.
NOTHING: tuple[str, ...] = (
    r"pericardial (?:\w+ )?(?:effusion|fluid|thickening)",
    r"(?:subcutaneous|soft tissue|mediastinal|surgical) emphysema",
    r"(?:soft tissue|scalp|leg|ankle|peripheral|subcutaneous|breast|skin|body wall) (?:o?edema|infiltrat\w+"
    r"|nodul\w+)",
    r"mass effect",
    r"massive",
    r"body mass",
    r"(?:granulomatous|fungal|viral|urinary|sinus|wound|osseous|skin|soft tissue) (?:infection|pneumonitis)",
    r"infectious disease",
    r"(?:tuberculosis|tuberculous|tb|histoplasmosis|mycobacterial) (?:infection|pneumonia)",
    r"(?:prior|previous|old|remote|chronic) (?:\w+ )?infection",
    r"(?:breast|thyroid|adrenal|renal|liver|hepatic|bowel|abdominal|abdomen|colon|gastric) (?:gas )?"
    r"(?:mass|nodul|lesion|carcinoma|cancer|neoplasm|metasta|opaci|tumor)\w*",
    r"nipple shadow",
    r"(?:bone|bony|osseous|lytic|sclerotic|skeletal|rib|spinal) (?:lesion|mass|metasta|destruction)\w*",
    r"(?:ventric|atri|biatri|biventric)\w* (?:enlargement|prominence|hypertrophy)",
    r"nodular (?:thyroid|goit)",
    r"vertebral (?:body )?collapse",
    r"radiopaque|radio-opaque",
    r"masson\w*",
    r"lead(?:s|ing)? to\b",
    r"drains? (?:into|from)",
    r"line(?:s)? of\b",
    r"(?:over|overlying|overlies|overlaps?|behind|within|in|along|through|projecting over|adjacent to|from)"
    r" (?:the )?(?:left |right |enlarged )?(?:heart|cardiac (?:silhouette|shadow)|mediastinum|lungs?)",
    r"(?:left|right) heart (?:border|failure)",
    r"heart (?:border|rate|beat|valve|disease|transplant|catheter\w*)",
    r"aortic (?:valve )?calcif\w+",
)

# What is looked at: says something of a finding only together with a word of state.
# Each with the findings that its normal state denies and that its abnormal state affirms.
HEART, MEDIASTINUM, SILHOUETTE, BOTH = "heart", "mediastinum", "silhouette", "heart and mediastinum"
ANGLE, PLEURA, ORGAN = "angle", "pleura", "organ"
OBSERVED: tuple[tuple[str, str], ...] = (
    (SILHOUETTE, rf"cardio-?(?:mediastin\w+|vascular)(?: {_SHADOW})?"),
    (BOTH, rf"heart(?: and |/)mediastin(?:al {_SHADOW}|um)"),
    (SILHOUETTE, rf"cardiac/mediastinal {_SHADOW}"),
    (SILHOUETTE, rf"cardiac and mediastinal {_SHADOW}"),
    (SILHOUETTE, rf"cardiac, mediastinal,? and hilar {_SHADOW}"),
    (
        MEDIASTINUM,
        rf"mediastin(?:um|al)(?: and hilar| and cardiac)? (?:{_SHADOW}|structures?|width|borders?"
        rf"|shadows?)",
    ),
    (MEDIASTINUM, rf"hilar and mediastinal {_SHADOW}"),
    (MEDIASTINUM, r"mediastinum"),
    (HEART, rf"heart(?: {_SHADOW})?"),
    (HEART, rf"cardiac {_SHADOW}|cardiac(?= (?:is|appears|remains)\b)|cardiopericardial {_SHADOW}|cor\b"),
    (HEART, r"(?:cardiothoracic ratio|ct ratio|ctr\b)"),
    (ANGLE, r"(?:lateral |posterior )?costophrenic (?:angles?|sulc\w+|recess\w*|xxxx)|cp angles?|costophrenic"),
    (PLEURA, r"pleural (?:spaces?|surfaces?|margins?|recess\w*)|pleurae?\b"),
    (
        ORGAN,
        r"(?:lungs?|lung (?:fields?|bases?|apices|parenchyma|volumes?|zones?)|parenchyma|airways?"
        r"|trachea|carina)\b",
    ),
    (ORGAN, r"(?:hil(?:a|um|ar)(?: (?:contours?|structures))?|aort\w+|pulmonary (?:arter\w+|vascul\w+|vessels?))"),
    (
        ORGAN,
        r"(?:vascularity|vasculature|vascular pattern|vessels?|arter(?:y|ies)|thyroid|azygos|ventricles?"
        r"|atri(?:um|a))\b",
    ),
    (
        ORGAN,
        r"(?:bon(?:es?|y)|osseous|skelet\w+|ribs?|spine|thoracic|vertebra\w*|clavicles?|shoulders?"
        r"|soft tissues?)\b",
    ),
    (
        ORGAN,
        r"(?:(?:hemi)?diaphragms?|abdom\w+|stomach|bowel|chest|exam\w*|stud(?:y|ies)|film|radiographs?"
        r"|lymph nodes?)\b",
    ),
)

OTHER_NAME = "other"
# Signs of illness without a name of their own here: they only forbid "no finding".
OTHER: tuple[str, ...] = (
    r"(?:granuloma|calcifi|scar(?:s|ring)?\b|scoliosis|kyphosis|osteophyt|spondylosis|degenerat|arthr(?:itis"
    r"|osis|opath)|spurring)",
    r"(?:tortuo|ectasia|ectatic|aneurysm|atheroscl|arterioscl|unfolded|uncoil|dilat)",
    r"(?:hyperinflat|hyperexpan|hyperaerat|hyperlucen|copd\b|bronchiect|bull(?:a|ae|ous)\b|cavit|bleb"
    r"|hypoinflat|hypoaerat)",
    r"(?:adenopathy|lymphadenopathy|hilar (?:enlargement|prominence|fullness)|eventration|elevat|wedging"
    r"|compression|deformit)",
    r"(?:low lung volumes?|volume loss|blunt|flattening of|pneumomediastin|pneumoperiton|pneumatocele"
    r"|air[- ]trapping)",
    r"(?:osteopeni|osteoporo|demineral|subluxation|dislocat|foreign body|resection|mastectomy|lobectomy"
    r"|pneumonectomy|surgical changes)",
    r"(?:(?:acute |active )?(?:cardio-?)?(?:pulmonary |thoracic |intrathoracic )?(?:diseases?|process(?:es)?"
    r"|abnormalit\w+|findings?|patholog\w+|illness)\b)",
    r"(?:cyst|abscess|tubercul|sarcoid|interstitial|bronchitis|bronchial|fullness|prominen|abnormal|lesion"
    r"|shift of|deviat|goit)",
)

# A named part stands for the class above it, where the text does not name that class itself.
WIDER = {
    "mass": "lung lesion",
    "nodule": "lung lesion",
    "infiltration": "lung opacity",
    "pleural thickening": "pleural other",
}
