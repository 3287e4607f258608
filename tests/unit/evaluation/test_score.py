"""Metrics of hand-worked cases, undefined ones included, and the witness scikit-learn on drawn ones."""

import csv

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support, roc_auc_score

from tests.unit.evaluation.tables_of import cases, ledger, scored
from workstation.evaluation.reading import COLUMN, NAMES
from workstation.evaluation.score import stratify
from workstation.paths import resources
from workstation.stats.classification import rates

SAYS = {
    "cardiomegaly": "The heart is enlarged.",
    "edema": "There is pulmonary edema.",
    "pleural effusion": "There is a pleural effusion.",
    "pneumothorax": "There is a pneumothorax.",
}
DENIES = {"pneumothorax": "No pneumothorax.", "edema": "There is no edema."}


@pytest.fixture
def four(tmp_path):
    return cases(
        tmp_path, "image,labels", ("1", "edema"), ("2", "edema;pneumothorax"), ("3", "no finding"), ("4", "edema")
    )


def counts(told):
    return [told[name] for name in ("n", "tp", "fp", "fn", "tn")]


def test_by_hand(tmp_path, four):
    drafts = ledger(
        four, tmp_path, "image,text", ("1", SAYS["edema"]), ("2", SAYS["pneumothorax"] + " Possible edema."),
        ("3", DENIES["edema"] + " " + SAYS["pneumothorax"]), ("4", "The heart is normal."),
    )  # fmt: skip
    found = scored(four, drafts)["systems"]["a"]
    assert counts(found["findings"]["edema"]) == [4, 2, 0, 1, 1]
    assert counts(found["findings"]["pneumothorax"]) == [4, 1, 1, 0, 2]
    assert found["findings"]["edema"]["coverage"] == 0.75
    assert found["findings"]["edema"]["f1"]["value"] == pytest.approx(0.8)
    assert found["micro"]["value"] == pytest.approx(2 * 3 / (2 * 3 + 1 + 1)) and found["micro"]["n"] == 8
    assert found["macro"]["value"] == pytest.approx((0.8 + 2 / 3) / 2) and found["macro"]["n"] == 2
    other = found["uncertain_absent"]["findings"]["edema"]
    assert counts(other) == [4, 1, 0, 2, 1]
    joint = found["joint_definite"]["findings"]
    assert counts(joint["edema"]) == [2, 1, 0, 0, 1] and joint["edema"]["judged"] == 4
    assert counts(joint["pneumothorax"]) == [2, 1, 1, 0, 0]
    assert found["joint_definite"]["coverage"] == 0.5 and "rewards silence" in found["joint_definite"]["caution"]
    assert found["omissions"]["count"] == 3 and found["omissions"]["value"] == pytest.approx(3 / 8)
    assert found["omissions"]["of_positives"]["count"] == 1 and found["omissions"]["of_positives"]["n"] == 4


def test_uncertain_in_the_reference_follows_the_same_policy(tmp_path):
    found = cases(tmp_path, "image,labels,report", ("1", "", "Possible edema."), ("2", "", "No edema."))
    drafts = ledger(found, tmp_path, "image,text", ("1", SAYS["edema"]), ("2", DENIES["edema"]))
    told = scored(found, drafts)["systems"]["a"]
    assert counts(told["findings"]["edema"]) == [2, 1, 0, 0, 1]
    assert counts(told["uncertain_absent"]["findings"]["edema"]) == [2, 0, 1, 0, 1]
    assert counts(told["joint_definite"]["findings"]["edema"]) == [1, 0, 0, 0, 1]


def test_what_the_reference_report_does_not_mention_is_absent_but_not_definite(tmp_path):
    found = cases(tmp_path, "image,labels,report", ("1", "", SAYS["edema"]), ("2", "", SAYS["pneumothorax"]))
    drafts = ledger(found, tmp_path, "image,text", ("1", SAYS["edema"] + DENIES["pneumothorax"]), ("2", SAYS["edema"]))
    told = scored(found, drafts)["systems"]["a"]
    assert counts(told["findings"]["edema"]) == [2, 1, 1, 0, 0]
    assert counts(told["joint_definite"]["findings"]["edema"]) == [1, 1, 0, 0, 0]
    assert counts(told["joint_definite"]["findings"]["pneumothorax"]) == [0, 0, 0, 0, 0]
    assert told["joint_definite"]["findings"]["pneumothorax"]["f1"]["value"] is None


def test_always_normal_has_f1_nought_and_joint_definite_rewards_its_silence(tmp_path, four):
    normal = ledger(four, tmp_path, "image,text", *((str(i), "Normal chest.") for i in range(1, 5)), name="normal")
    found = scored(four, normal)["systems"]["normal"]
    for key in ("micro", "macro", "micro_paper6", "macro_paper6"):
        assert found[key]["value"] == 0
    assert found["findings"]["edema"]["f1"]["value"] == 0 and found["findings"]["edema"]["f1"]["high"] > 0.3
    assert found["joint_definite"]["micro"]["value"] is None and found["joint_definite"]["coverage"] == 0
    assert "no finding" not in found["findings"]


def test_undefined_stays_undefined_and_is_named(tmp_path):
    found = cases(tmp_path, "image,labels,labels_known", *((str(i), "edema", "edema;hernia") for i in range(3)))
    drafts = ledger(found, tmp_path, "image,text", *((str(i), SAYS["edema"]) for i in range(3)))
    told = scored(found, drafts)["systems"]["a"]
    hernia = told["findings"]["hernia"]
    assert hernia["f1"] == {"value": None, "low": None, "high": None, "n": 3}
    assert hernia["sensitivity"]["value"] is None and hernia["specificity"]["value"] == 1
    assert told["macro"]["value"] == 1 and told["macro"]["findings"] == ["edema"]
    assert told["macro"]["undefined"] == ["hernia"]
    assert told["findings"]["edema"]["specificity"]["value"] is None
    assert told["auroc_macro"]["value"] is None and told["bleu4"]["value"] is None


def test_missing_and_empty_drafts_say_nothing_and_are_counted(tmp_path, four):
    drafts = ledger(four, tmp_path, "image,text", ("1", SAYS["edema"]), ("2", ""))
    found = scored(four, drafts)
    assert counts(found["systems"]["a"]["findings"]["edema"]) == [4, 1, 0, 2, 1]
    assert (
        found["systems"]["a"]["drafts"] | {"read": 2, "used": 2, "empty": 1, "missing": 2}
        == found["systems"]["a"]["drafts"]
    )
    assert found["cases"]["used"] == 4


def test_refused_films_are_left_out_for_all_and_put_back_beside(tmp_path, four):
    a = ledger(
        four,
        tmp_path,
        "image,text,refused",
        ("1", SAYS["edema"], ""),
        ("2", "", "lateral"),
        ("3", "", ""),
        ("4", "", ""),
    )
    b = ledger(four, tmp_path, "image,text", *((str(i), SAYS["edema"]) for i in range(1, 5)), name="b")
    found = scored(four, a, b)
    told = found["cases"]
    assert told["read"] == told["used"] + sum(each["count"] for each in told["left_out"]) == 4
    assert told["left_out"] == [{"reason": "refused by a: lateral", "count": 1}]
    for name, part, whole in (("a", [3, 1, 0, 1, 1], [4, 1, 0, 2, 1]), ("b", [3, 2, 1, 0, 0], [4, 3, 1, 0, 0])):
        assert counts(found["systems"][name]["findings"]["edema"]) == part
        assert counts(found["systems"][name]["with_refused"]["findings"]["edema"]) == whole


def drawn(tmp_path, number=240):
    """Cases of three findings with two noisy systems, one with probabilities."""
    generator = np.random.default_rng(8)
    names = list(SAYS)[:3]
    truth = generator.random((number, 3)) < 0.3
    said = np.where(generator.random((number, 3)) < 0.2, ~truth, truth)
    p = np.round(np.clip(generator.normal(0.3 + 0.25 * truth, 0.2), 0, 1), 2)
    listed = [";".join(np.array(names)[row]) or "no finding" for row in truth]
    found = cases(
        tmp_path, "image,labels,patient_id,source",
        *((f"{i}.png", listed[i], f"p{i // 2}", "ab"[i % 4 // 2]) for i in range(number)),
    )  # fmt: skip
    texts = [" ".join(SAYS[name] for name in np.array(names)[row]) or "Normal." for row in said]
    head = "image,text," + ",".join(f"p_{name}" for name in names)
    first = ledger(found, tmp_path, head, *((f"{i}.png", texts[i], *p[i]) for i in range(number)))
    second = ledger(found, tmp_path, "image,text", *((f"{i}.png", texts[i - 1]) for i in range(number)), name="b")
    return found, truth, said, p, (first, second), names


def test_scikit_learn_agrees(tmp_path):
    found, truth, said, p, systems, names = drawn(tmp_path)
    told = scored(found, *systems)["systems"]["a"]
    precision, recall, f1, _ = precision_recall_fscore_support(truth, said, average=None)
    for i, name in enumerate(names):
        block = told["findings"][name]
        assert block["f1"]["value"] == pytest.approx(f1[i]) and block["sensitivity"]["value"] == pytest.approx(
            recall[i]
        )
        assert block["tp"] / (block["tp"] + block["fp"]) == pytest.approx(precision[i])
        assert block["auroc"]["value"] == pytest.approx(roc_auc_score(truth[:, i], p[:, i]), abs=1e-6)
    assert told["micro"]["value"] == pytest.approx(f1_score(truth, said, average="micro"))
    assert told["macro"]["value"] == pytest.approx(f1_score(truth, said, average="macro"))
    assert told["auroc_macro"]["value"] == pytest.approx(roc_auc_score(truth, p, average="macro"), abs=1e-6)


def test_the_seed_is_stored_and_decides(tmp_path):
    found, *_, systems, _ = drawn(tmp_path, 80)
    first, again, other = (scored(found, *systems, seed=seed) for seed in (3, 3, 4))
    assert first == again and first["bootstrap"]["seed"] == 3 and first["bootstrap"]["unit"] == "patient"
    assert first["systems"]["a"]["micro"]["low"] != other["systems"]["a"]["micro"]["low"]


def test_intervals_hold_the_value_and_come_from_whole_patients(tmp_path):
    found, *_, systems, _ = drawn(tmp_path)
    told = scored(found, *systems, repeats=300)["systems"]["a"]
    for metric in (told["micro"], told["macro"], told["auroc_macro"], told["findings"]["edema"]["sensitivity"]):
        assert metric["low"] < metric["value"] < metric["high"]


def test_pairs_are_compared_on_the_same_resamples(tmp_path):
    found, *_, systems, _ = drawn(tmp_path)
    result = scored(found, *systems, repeats=300)
    by_metric = {pair["metric"]: pair for pair in result["pairs"]}
    a, b = (result["systems"][name]["micro"]["value"] for name in "ab")
    micro = by_metric["micro"]
    assert (micro["a"], micro["b"]) == ("a", "b") and micro["difference"] == pytest.approx(a - b)
    assert 0 < micro["low"] < micro["difference"] < micro["high"] and micro["p"] < 0.02 <= micro["p_holm"] * 10
    accuracy = by_metric["accuracy edema"]
    assert accuracy["mcnemar"] is None  # patients have two films: the test's assumption fails
    assert accuracy["only_a_right"] > accuracy["only_b_right"]
    assert not any(pair["metric"].startswith("auroc") for pair in result["pairs"])


def test_a_system_against_itself_is_no_difference(tmp_path):
    found, _, _, _, (first, _), _ = drawn(tmp_path, 60)
    first_again = ledger(found, tmp_path, "image,text", name="c")
    first_again.codes, first_again.state, first_again.probabilities = first.codes, first.state, first.probabilities
    pairs = scored(found, first, first_again)["pairs"]
    assert pairs and all(pair["difference"] == 0 and pair["p"] == 1 for pair in pairs)


def test_without_pairs_no_p_is_given(tmp_path, four):
    one = ledger(four, tmp_path, "image,text", ("1", SAYS["edema"]))
    other = ledger(four, tmp_path, "image,text", ("2", SAYS["edema"]), name="b")
    result = scored(four, one, other)
    assert result["pairs"] == [] and "no pairs" in result["pairs_refused"][0]["reason"]


def test_few_positives_get_an_inverted_interval_and_no_rank(tmp_path):
    rows = [(f"{i}", "edema" if i < 4 else "no finding") for i in range(60)]
    found = cases(tmp_path, "image,labels", *rows)
    texts = [(f"{i}", "Normal.", str(0.9 if i < 3 else 0.5 - i / 200)) for i in range(60)]
    a, b = (ledger(found, tmp_path, "image,text,p_edema", *texts, name=name) for name in "ab")
    result = scored(found, a, b)
    told = result["systems"]["a"]["findings"]["edema"]["auroc"]
    assert told["ranked"] is False and "hanley" in told["interval"] and told["high"] - told["low"] > 0.2
    assert not any("auroc" in pair["metric"] for pair in result["pairs"])
    assert any("10" in each["reason"] for each in result["pairs_refused"])


def test_sources_and_views_are_told_apart(tmp_path):
    rows = [(f"{i}", "edema" if i % 2 else "no finding", "xy"[i // 20], ("AP", "PA", "")[i % 3]) for i in range(40)]
    found = cases(tmp_path, "image,labels,source,view_position", *rows)
    drafts = ledger(
        found, tmp_path, "image,text", *((f"{i}", SAYS["edema"] if i < 20 else "Normal.") for i in range(40))
    )
    told = scored(found, drafts)["systems"]["a"]
    assert (
        told["sources"]["x"]["findings"]["edema"]["tp"] == 10 and told["sources"]["y"]["findings"]["edema"]["tp"] == 0
    )
    assert told["views"]["AP"]["cases"] + told["views"]["PA"]["cases"] == 27


def test_small_strata_are_joined(tmp_path):
    rows = [(f"{i}", "edema" if i % 9 == 0 else "no finding", f"s{i}" if i > 50 else "big") for i in range(60)]
    found = cases(tmp_path, "image,labels,labels_known,source", *((i, x, "edema", s) for i, x, s in rows))
    strata, unit = stratify(found)
    assert unit == "image" and min(np.unique(strata, return_counts=True)[1]) >= 5


def test_the_papers_averages_are_pooled():
    """Counts rebuilt from Table 3's accuracy, sensitivity and specificity (n = 518) give its averages."""
    with open(resources() / "published.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["table"] == "3" and row["system"] == "CXR-LLaVA"]
    stated = {(row["finding"], row["metric"]): float(row["value"]) for row in rows}
    pooled = np.zeros((len(NAMES), 4))
    for finding in {finding for finding, _ in stated if finding in COLUMN}:
        accuracy, sensitivity, specificity = (stated[finding, m] for m in ("accuracy", "sensitivity", "specificity"))
        positives = 518 * (accuracy - specificity) / (sensitivity - specificity)
        negatives = 518 - positives
        tp, tn = positives * sensitivity, negatives * specificity
        pooled[COLUMN[finding]] = tp, negatives - tn, positives - tp, tn
    from workstation.evaluation.counting import POOLS, pool_columns

    found = {pool: float(rates(pooled[pool_columns(pool)].sum(0))["f1"]) for pool in POOLS}
    assert found["average of 4"] == pytest.approx(0.525, abs=1e-3)
    assert found["average of 5"] == pytest.approx(0.570, abs=1e-3)
    assert found["overall of 7"] == pytest.approx(0.666, abs=1e-3)
    for pool in ("average of 4", "average of 5", "overall of 7"):
        assert round(found[pool], 2) == pytest.approx(stated[pool, "f1"], abs=0.011)
    means = [np.mean([stated[f, "f1"] for f in POOLS[p]]) for p in ("average of 4", "average of 5", "overall of 7")]
    assert means == pytest.approx([0.497, 0.536, 0.614], abs=1e-3)  # not what was published
