"""What the numbers mean, in sentences that stand in the JSON and on the page. Knows no numbers."""

from __future__ import annotations

REWARDS_SILENCE = (
    "Only pairs that reference and draft both state as present or absent are counted: what a draft leaves out costs it "
    "nothing, so this protocol rewards silence. Read it with its coverage."
)
PROTOCOLS = {
    "primary": "Over all cases: what a draft does not mention counts as absent; uncertain counts as present. A case "
    "without a draft, and an empty draft, mention nothing.",
    "uncertain_absent": "As the primary protocol, but uncertain counts as absent, in the reference too.",
    "joint_definite": "The paper's protocol. " + REWARDS_SILENCE,
    "with_refused": "As the primary protocol, with every film that a model refused put back as a draft that says "
    "nothing. The other figures leave such films out for all systems alike.",
    "averages": "micro pools the counts over findings (as the paper does); macro is the mean of the findings' F1 over "
    "those whose F1 is defined, which are named.",
    "undefined": "Nought of nought is undefined (null), never 0 or 1. A system that calls every film normal has F1 0.",
    "auroc": "Probabilities against the labels. With fewer than 10 cases of a class the interval is Hanley and "
    "McNeil's, inverted, and the value is not ranked. The macro AUROC is over findings with at least 10 of each.",
    "intervals": "95 %, percentiles of 1000 resamples of whole patients within their source and within patients with "
    "and without any finding; where no resample differs, the exact (Clopper-Pearson) interval of the counts.",
    "overlap": "Words are runs of letters and digits in lower case. BLEU-4 over the corpus without smoothing; ROUGE-L "
    "is the mean F1 of the longest common subsequence. Word overlap says little about truth.",
    "comparison": "Differences are a - b over the same resamples. p is two-sided from the resamples; p_holm is "
    "adjusted for the pairs of systems, not for the number of findings. McNemar's exact test counts the cases on which "
    "only one system is right.",
    "labels": "Texts are read by the program's own labeler; its errors are in every figure here.",
}
PUBLISHED = (
    "Published figures come from other films, other labels and the joint-definite protocol. They are shown for the "
    "layout and are never ranked with figures measured here."
)
