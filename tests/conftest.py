"""Servers on loopback for the tests that need one: a database of their own, a queue of their own."""

import os
import secrets
from collections.abc import Iterator
from typing import NoReturn

import pika  # type: ignore[import-untyped] # it has no types
import pika.exceptions  # type: ignore[import-untyped] # it has no types
import psycopg
import pytest
import redis

#: Set to `required`, a server that does not answer fails the tests that need it instead of skipping them.
_VARIABLE = "SANHUI_TEST_SERVICES"
_POSTGRES = "postgresql://root@127.0.0.1:5432"
_REDIS = "redis://127.0.0.1:6379"
_RABBITMQ = "amqp://guest:guest@127.0.0.1:5672/"
#: The queues that our actors use, with those that the broker keeps beside them.
_QUEUES = ("sanhui", "sanhui.DQ", "sanhui.XQ")


@pytest.fixture(scope="session", autouse=True)
def services_required() -> Iterator[bool]:
    """Tell whether servers must answer, and hide the variable from the settings, which know it not."""
    with pytest.MonkeyPatch.context() as patch:
        is_required = os.environ.get(_VARIABLE) == "required"
        patch.delenv(_VARIABLE, raising=False)
        yield is_required


def _is_missing(server: str, error: Exception, *, required: bool) -> NoReturn:
    why = f"{server} does not answer: {type(error).__name__}: {error}"
    if required:
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture
def postgres_url(services_required: bool) -> Iterator[str]:
    """Return the address of a new database, which is dropped afterwards."""
    name = f"sanhui_test_{secrets.token_hex(4)}"
    try:
        server = psycopg.connect(f"{_POSTGRES}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        _is_missing("PostgreSQL", error, required=services_required)
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield f"{_POSTGRES}/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def redis_url(services_required: bool) -> Iterator[str]:
    """Return the address of a database that nobody else uses, which is emptied afterwards."""
    try:
        url = next(f"{_REDIS}/{number}" for number in range(15, 0, -1) if _is_ours(f"{_REDIS}/{number}"))
    except redis.ConnectionError as error:
        _is_missing("Redis", error, required=services_required)
    yield url
    with redis.Redis.from_url(url) as client:
        client.flushdb()


def _is_ours(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        return int(client.dbsize()) == 0 and bool(client.set("taken by a test", 1, nx=True))


@pytest.fixture
def rabbitmq_url(services_required: bool) -> Iterator[str]:
    """Return the address of a broker without our queues, which are deleted afterwards."""
    try:
        _delete_queues()
    except pika.exceptions.AMQPConnectionError as error:
        _is_missing("RabbitMQ", error, required=services_required)
    yield _RABBITMQ
    _delete_queues()


def _delete_queues() -> None:
    with pika.BlockingConnection(pika.URLParameters(_RABBITMQ)) as connection:
        channel = connection.channel()
        for name in _QUEUES:
            channel.queue_delete(name)
