"""The row of panels about a challenger: in the champion's shadow, or for a share of the clients."""

from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.dashboard import ValueMap, ValueMappingResult

from monitoring.grafana.panels import (
    GREEN,
    RED,
    YELLOW,
    falling,
    query,
    rising,
    single_stat,
    time_series,
)
from monitoring.grafana.promql import increase, quantile, rate, share

_MODEL = 'model=~"$model"'
_COMPARED = f"sentiment_shadow_predictions_total{{{_MODEL}}}"
_SAME = f'sentiment_shadow_predictions_total{{{_MODEL}, agreement="same"}}'
_DROPPED = f"sentiment_shadow_dropped_total{{{_MODEL}}}"
_DIFFERENCE = "sentiment_shadow_probability_difference"
_VERDICTS = f"sentiment_shadow_verdicts_total{{{_MODEL}}}"
_WRONG = f'sentiment_shadow_verdicts_total{{{_MODEL}, verdict="wrong"}}'
_STATE = f"sentiment_split_state{{{_MODEL}}}"
_DECISION = f"sentiment_shadow_decision{{{_MODEL}}}"
_PREDICTIONS = f"sentiment_predictions_total{{{_MODEL}}}"
_FEEDBACK = f"sentiment_feedback_total{{{_MODEL}}}"
_WRONG_FEEDBACK = f'sentiment_feedback_total{{{_MODEL}, verdict="wrong"}}'
_NO_CHALLENGER = "no challenger"


def _seconds_per_text(seconds: str, texts: str) -> str:
    return share(rate(f"{seconds}{{{_MODEL}}}", "model"), rate(f"{texts}{{{_MODEL}}}", "model"))


def _share_of_answers() -> str:
    """Predictions of each version, divided by those of all versions of the model."""
    return (
        f"{rate(_PREDICTIONS, 'model', 'version')} "
        f"/ on (model) group_left () ({rate(_PREDICTIONS, 'model')} > 0)"
    )


CHALLENGER = (
    single_stat(
        "Agreement with the champion",
        "Share of the texts, within the time shown, that both models labelled alike.",
        units.PercentUnit,
        query(share(increase(_SAME, "$__range"), increase(_COMPARED, "$__range")), "agreement"),
        thresholds=falling(0.8, 0.9),
    )
    .max(1)
    .decimals(1)
    .no_value(_NO_CHALLENGER)
    .span(5),
    single_stat(
        "Dropped from the shadow",
        (
            "Texts within the time shown that found the queue of the shadow full. Under load the "
            "shadow is dropped first."
        ),
        units.Short,
        query(increase(_DROPPED, "$__range"), "dropped"),
    )
    .decimals(0)
    .no_value(_NO_CHALLENGER)
    .span(5),
    single_stat(
        "Decision in the shadow",
        (
            "The better model by the verdicts on texts that both models labelled differently, at "
            "an error rate of 5%."
        ),
        units.NoUnit,
        query(f"min by (model, version) ({_DECISION})", "{{model}} {{version}}"),
    )
    .mappings(
        [
            ValueMap(
                {
                    "-1": ValueMappingResult("worse", RED, index=0),
                    "0": ValueMappingResult("undecided", YELLOW, index=1),
                    "1": ValueMappingResult("better", GREEN, index=2),
                }
            )
        ]
    )
    .no_value(_NO_CHALLENGER)
    .span(5),
    single_stat(
        "Split",
        "Whether the challenger answers its share of the clients, or was rolled back as worse.",
        units.NoUnit,
        query(f"min by (model, version) ({_STATE})", "{{model}} {{version}}"),
        thresholds=falling(1, 1),
    )
    .mappings(
        [
            ValueMap(
                {
                    "0": ValueMappingResult("rolled back", RED, index=0),
                    "1": ValueMappingResult("answers", GREEN, index=1),
                }
            )
        ]
    )
    .no_value(_NO_CHALLENGER)
    .span(5),
    single_stat(
        "Rollbacks",
        "Challengers within the time shown that the verdicts found worse.",
        units.Short,
        query(
            increase(f"sentiment_split_rollbacks_total{{{_MODEL}}}", "$__range"),
            "rollbacks",
        ),
        thresholds=rising(0.5, 0.5),
    )
    .decimals(0)
    .no_value(_NO_CHALLENGER)
    .span(4),
    time_series(
        "Agreement by model",
        "Share of the texts in the shadow that champion and challenger labelled alike.",
        units.PercentUnit,
        query(share(rate(_SAME, "model"), rate(_COMPARED, "model")), "{{model}}"),
    )
    .max(1)
    .no_value(_NO_CHALLENGER),
    time_series(
        "Difference of probability",
        "Absolute difference of P(positive) between champion and challenger.",
        units.PercentUnit,
        *(
            query(
                quantile(fraction, _DIFFERENCE, f"{{{_MODEL}}}", "model"), f"{{{{model}}}} {name}"
            )
            for fraction, name in ((0.5, "median"), (0.95, "95%"))
        ),
    )
    .max(1)
    .no_value(_NO_CHALLENGER),
    time_series(
        "Seconds for each text",
        (
            "Time of the scorer for each text. The champion scores batches, and the time is real "
            "time. The challenger scores single texts, and the time is processor time."
        ),
        units.Seconds,
        query(
            _seconds_per_text(
                "sentiment_inference_seconds_sum", "sentiment_inference_batch_size_sum"
            ),
            "{{model}} champion",
        ),
        query(
            _seconds_per_text("sentiment_shadow_seconds_sum", "sentiment_shadow_seconds_count"),
            "{{model}} challenger",
        ),
    ).no_value(_NO_CHALLENGER),
    time_series(
        "Texts in the shadow",
        "Texts per second that the challenger scored or that were dropped.",
        units.CountsPerSecond,
        query(rate(_COMPARED, "model"), "{{model}} scored"),
        query(rate(_DROPPED, "model"), "{{model}} dropped"),
    ).no_value(_NO_CHALLENGER),
    time_series(
        "Verdicts on both in the shadow",
        "Verdicts within an hour. A verdict on the champion's prediction judges both models.",
        units.Short,
        query(
            increase(_VERDICTS, "1h", "model", "role", "verdict"), "{{model}} {{role}} {{verdict}}"
        ),
    )
    .decimals(0)
    .no_value(_NO_CHALLENGER),
    time_series(
        "Wrong share of both in the shadow, over a day",
        "Share of a day's verdicts that found the label of a model wrong, for the same texts.",
        units.PercentUnit,
        query(
            share(
                increase(_WRONG, "1d", "model", "role", "version"),
                increase(_VERDICTS, "1d", "model", "role", "version"),
            ),
            "{{model}} {{role}} {{version}}",
        ),
    ).no_value("no feedback"),
    time_series(
        "Share of answers by version",
        "Share of a model's predictions that a version answered: the split of the clients.",
        units.PercentUnit,
        query(_share_of_answers(), "{{model}} {{version}}"),
    )
    .max(1)
    .no_value("no traffic")
    .span(12),
    time_series(
        "Wrong share by version, over a day",
        (
            "Share of a day's verdicts on a version that were wrong. In a split each version has "
            "other clients."
        ),
        units.PercentUnit,
        query(
            share(
                increase(_WRONG_FEEDBACK, "1d", "model", "version"),
                increase(_FEEDBACK, "1d", "model", "version"),
            ),
            "{{model}} {{version}}",
        ),
    )
    .no_value("no feedback")
    .span(12),
)
