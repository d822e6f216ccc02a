"""Failures of the feedback store: counted, and logged with their reason."""

import logging

from serving import metrics
from serving.feedback.verdicts import FeedbackStoreError

logger = logging.getLogger("bentoml.sentiment")


def report_failure(error: FeedbackStoreError) -> None:
    metrics.FEEDBACK_STORE_ERRORS.inc()
    logger.error("the feedback store failed: %s", error)
