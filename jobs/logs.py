"""Logs: events with values, one JSON object a line; no phone number, name or text among them."""

from __future__ import annotations

import logging
import sys

import structlog

#: Libraries that would print numbers or headers below this level.
_QUIET = ("alembic.runtime.plugins", "twilio", "httpx2", "httpcore2", "apscheduler", "pika", "dramatiq")


def set_up() -> None:
    """Write events to standard error as JSON lines."""
    logging.basicConfig(
        level=logging.INFO, format='{"event": "%(name)s", "level": "%(levelname)s", "said": "%(message)s"}'
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
