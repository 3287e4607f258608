"""Words that turn the meaning of a mention: denial, doubt, state, and where their reach ends.

Same pattern rules as the vocabulary. The order matters: the first that fits at a word wins, so the long phrases that
mean the opposite of their parts ("cannot be excluded", "no change in") stand first.
"""

from __future__ import annotations

_BE = r"(?:is|are|was|were|has been|have been|be|been|being|remains?|appears?)"
_SEEN = (
    r"(?:seen|identified|present|visuali[sz]ed|visible|evident|demonstrated|appreciated|noted|detected"
    r"|apparent|found"
    r"|observed|shown|suspected|suggested|recogni[sz]ed|recurred|reaccumulated"
    r"|definitely seen|clearly seen|in evidence|there)"
)
_CHANGE = (
    r"(?:changed?|changes|progress\w*|improve\w*|increase\w*|decrease\w*|worse\w*|resol\w+|differen\w+|regress\w*)"
)
_HOW = r"(?:\w+ly |entirely |any |been |be |yet |now )"

NO_EFFECT, DENY, DENIED, RESOLUTION = "no effect", "deny", "denied", "resolution"
DOUBT, DOUBTED, HINT, MAYBE, VERSUS = "doubt", "doubted", "hint", "maybe", "versus"
SILENCE, PAST, STOP, CAUSE, EITHER, PREDICATE = "silence", "past", "stop", "cause", "either", "predicate"
NORMAL, ENLARGED, BORDERLINE, BLUNTED = "normal", "enlarged", "borderline", "blunted"

# These win over findings that begin alike ("clearing of", "question of").
FIRST = {VERSUS, NO_EFFECT, RESOLUTION, DENY, DENIED, DOUBT, DOUBTED, HINT, MAYBE, SILENCE, PAST, STOP, EITHER, CAUSE}

CUES: tuple[tuple[str, str], ...] = (
    # what looks like a denial and is a doubt
    (DOUBTED, rf"(?:can ?not|can't|could not|may not|not|never|hard to|difficult to)(?: {_HOW}){{0,3}}?"
              r" ?(?:be )?(?:\w+ly )?(?:excluded|ruled out)"),
    (DOUBTED, rf"{_BE} not (?:be )?(?:\w+ly )?(?:excluded|ruled out)"),
    (DOUBT, r"(?:can ?not|can't|could not|not|difficult to|hard to|unable to|does not|do not|doesn't)"
            r" (?:\w+ly )?(?:exclude|rule out|discount)"),
    (VERSUS, r"(?:is|are) (?:favou?red|preferred) over"),
    (DOUBTED, r"(?:can ?not|can't|could not) be (?:\w+ly )?(?:evaluated|assessed|judged|determined)"),
    (DOUBTED, r"(?:is|are) (?:a )?(?:possible|possibilit\w+|likely|probable|questionable|questioned"
              r"|suspected|favou?red"
              r"|considered(?! unlikely)|uncertain|equivocal|indeterminate|raised|a consideration|in the differential"
              r"|of concern)\b"),
    (DOUBTED, r"(?:may|might|could)(?: also| well)? be (?:present|seen|considered|there)\b"),
    (DOUBTED, r"(?:would be|is|are) (?:a |an |another |also )?(?:reasonable |possible )?(?:consideration"
              r"|possibilit)"),
    (DOUBTED, r"should be (?:considered|excluded|ruled out)"),
    (DENIED, r"(?:is|are|felt|felt to be|considered|thought|thought to be) (?:\w+ )?unlikely"),
    # what looks like a denial and is none
    (NO_EFFECT, rf"(?:no|without|not|little)(?: {_HOW}| significant | substantial | interval | appreciable "
                rf"| gross | overall"
                rf" | definite | acute | major | real | large| obvious){{0,3}} ?(?:interval )?{_CHANGE}"
                r"(?: (?:in|of|to|from|as compared|compared)(?: the)?)?"),
    (NO_EFFECT, r"(?:not (?:only|well|fully|completely|entirely|optimally|adequately|clearly delineated|as)"
                r"|no (?:prior|previous"
                r"|comparison|longer without)|incompletely|partially|almost|nearly) (?:resolved|cleared|seen"
                r"|visuali[sz]ed|evaluated"
                r"|assessed|imaged|included|available|studies|study|exams?|films?|radiographs?)?"),
    (SILENCE, r"(?:should )?not be (?:mistaken|confused|misinterpreted)"),
    (NO_EFFECT, r"(?:difficult|hard|limited|impossible|unable) to (?:assess|evaluate|judge)"),
    (NO_EFFECT, r"c/w|b/l|w/(?= )"),
    (NO_EFFECT, r"unresolved|non-?resol\w+|resolving|clear(?:er|ly)\b|not (?:normal|clear|unremarkable)\b"),
    (DENY, r"(?:not (?:seen|present|identified|detected|visible)):"),
    # denial behind its finding
    (DENIED, rf"{_BE} (?:\w+ )?(?:not|no longer|never)(?: \w+ly)?(?: (?:be|been))? {_SEEN}"),
    (DENIED, rf"(?:not|no longer|can ?not be|isn't|aren't) (?:\w+ly )?(?:be )?{_SEEN}"),
    (DENIED, rf"{_BE} (?:\w+ly )?(?:absent|excluded|ruled out|negative|removed|withdrawn|gone)\b"),
    (DENIED, r"ha(?:s|ve|d) (?:now )?(?:since )?(?:(?!near|partial|incomplet|most"
             r"|larg)\w+ly )?(?:been )?(?:resolved|cleared|disappeared)\b"),
    (DENIED, r"ha(?:s|ve) (?:\w+ )?been (?:\w+ )?(?:removed|withdrawn|extubated)"),
    (DENIED, r"(?:absent|negative|nil|none|removed|extubated|resolved|cleared|disappeared)(?= ?(?:$|[.,;)]))"),
    # denial before its finding
    (DENY, r"no longer (?:demonstrat|show|ha)\w+"),
    (DENY, r"(?:no|not|without|w/o|nor|neither|none of|never|nothing)\b"),
    (DENY, r"(?:doesn't|don't|isn't|aren't|fails? to|failed to|lacks?|lacking|denies|denied|den(?:y|ying))\b"),
    (DENY, r"(?:absence of|absent|negative for|free of|free from|clear of|devoid of|exclu(?:des|ded|ding)"
           r"|ruled out|rules out|rather than)\b"),
    (RESOLUTION, r"(?:(?:interval|complete|near complete|total) )?(?:resolution|clearing|disappearance"
                 r"|removal|withdrawal)(?: of)?\b"),
    (DENY, r"(?:resolved|removed|unlikely|cleared)\b"),
    # asked, planned, remembered: no statement about this film
    (SILENCE, r"(?:evaluate|evaluation|assess|assessment|eval|look|looking|check|query|concerns?|monitor"
              r"|monitoring|surveillance)"
              r" (?:for|of)\b"),
    (SILENCE, r"(?:to|and|please|must|should) (?:exclude|rule out|r/o|assess|evaluate|confirm|document"
              r"|ensure)\b|rule out\b|r/o\b"),
    (SILENCE, r"(?:if|unless|in case|should|whether|recommend\w*|correlat\w+ (?:\w+ly )?(?:for|with)"
              r"|clinical correlation|advis\w+)\b"),
    (SILENCE, r"(?:at risk|risk|prevent\w*|prophyla\w+|predispos\w+) (?:for|of|to)\b"),
    (PAST, r"(?:history|hx|h/o|known history|past history|clinical history|remote history|pmh)(?: of)?\b"),
    # doubt
    (HINT, r"(?:which|that) (?:may|might|could|would)\b"),
    (HINT, r"(?:to suggest|suggest(?:s|ing|ed|ive|ion)?(?: of)?|to indicate|concerning for|worrisome for"
           r"|suspicious for|suspicion (?:for|of)"
           r"|concern for|concern of|to represent)\b"),
    (DOUBT, r"(?:may|might|could|perhaps|potentially|presum\w+|questionabl[ey]|question(?:ed)?(?: of)?|query"
            r"|favou?r\w*"
            r"|consider(?:ation|ed|s)?(?: for| of)?|differential|ddx|potential|equivocal|conceivabl\w+|would"
            r"|unclear|doubtful)\b"),
    (VERSUS, r"(?:versus|vs)\b"),
    (MAYBE, r"(?:possib(?:le|ly|ility of|ility|ilities)|probabl[ey]|(?:less |most |more |very )?likely"
            r"|suspect(?:ed|s)?|tentative)\b"),
    # reach ends
    (STOP, r"(?:but|however|although|though|whereas|while|yet|except(?:ing)?(?: for)?|other than|aside from"
           r"|apart from|besides|beyond"
           r"|nevertheless|despite)\b"),
    (CAUSE, r"(?:due to|secondary to|because of|attributable to|resulting from|related to)\b"),
    (EITHER, r"(?:and/or|or)\b"),
    # states of what is looked at
    (BORDERLINE, r"borderline|(?:normal to|upper normal to|top normal to) (?:\w+ )?enlarged|at most|prominent"),
    (NORMAL, r"(?:at |near |within )?(?:the )?(?:upper|top|high"
             r"|outer)(?: limits?)?(?: of)?(?: the)? ?-?normal(?: limits?| range)?"),
    (NORMAL, r"(?:normal|unremarkable|within (?:the )?(?:normal |expected )?(?:limits?|range)|wnl|sharp"
             r"|clear|preserved|intact|negative)\b"),
    (ENLARGED, r"(?:enlarg|widen|increased(?= in size| heart| cardiac| cardiomed| ?[.,;]| ?$)|large\b"
               r"|larger\b|big\b|dilat|globular|wide\b|magnified and enlarged)"),
    (BLUNTED, r"(?:blunt|obscur|obliterat|effac|not sharp|opacified)"),
    (PREDICATE, r"(?:is|are|was|were|has|have|had|seen|identified|present|noted|demonstrat\w+|shows?"
                r"|reveals?|appears?|remains?|there)\b"),
)  # fmt: skip

# Signs, tried anywhere.
SIGNS: tuple[tuple[str, str], ...] = (
    (DENIED, r"\( ?(?:-|neg\w*|none|absent) ?\)"),
    (DENIED, r" ?[:=-] ?(?:none|no|nil|absent|negative|not seen|not present|not identified)\b(?= ?(?:$|[.,;)]))"),
    (STOP, r"[;]| - | -- |\("),
    (DOUBT, r"\?(?= ?\w)"),
    (EITHER, r"(?<=[a-z]{3})(?: ?/ ?)(?=[a-z]{3})"),
)

# A comma or "and" before these begins something new, so that "no effusion, heart is enlarged" denies no heart.
_NEW_SUBJECT = (
    r"(?:there|this|these|heart|cardiac (?!enl|decomp|fail)|cardiomedia\w+|mediastin\w+|lungs|lung volumes"
    r"|hil\w+|bon\w+|osseous"
    r"|visuali[sz]ed|pulmonary vascul\w+|trachea|aort\w+|degenerative|status|normal|it|they)\b"
)
_NEW_THING = (
    r"(?:(?:small|mild\w*|moderate\w*|minimal\w*|minor|trace|tiny|stable|unchanged|persistent|left"
    r"|right|bilateral|bibasilar|bibasal|basilar"
    r"|basal|increas\w+|decreas\w+|improv\w+|worsen\w+|some|chronic|old|low|calcified|healed|again|patchy"
    r"|streaky|possible|possibly"
    r"|probable|likely|questionable|suspected|scattered|slight\w*|interval|mid|retrocardiac|subsegmental"
    r"|diffuse|severe|enlarged)\b|\d)"
)
NEW_SENTENCE, NEW_THING, ARTICLE, COMMA = "new sentence", "new thing", "article", "comma"
BREAKS: tuple[tuple[str, str], ...] = (
    (NEW_SENTENCE, rf"and(?= {_NEW_SUBJECT})"),
    (NEW_THING, rf"(?:and|with)(?= {_NEW_THING})"),
    (ARTICLE, r"(?:and|with)(?= (?:an?|the) )"),
)
COMMAS: tuple[tuple[str, str], ...] = (
    (NEW_SENTENCE, rf", ?(?:and )?(?={_NEW_SUBJECT})"),
    (NEW_THING, rf", ?(?:and )?(?:with )?(?={_NEW_THING})"),
    (ARTICLE, r", ?(?:and )?(?:with )?(?=(?:an?|the) )"),
    (COMMA, r","),
)
