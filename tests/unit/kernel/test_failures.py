"""What is tried again for ever, and what is the message's own fault."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bordergate.broker import BrokerError
from bordergate.transactions import Busy, infrastructure


def from_the_driver(error: psycopg.Error) -> DBAPIError:
    """The error as SQLAlchemy hands it on."""
    wrapped = DBAPIError.instance("SELECT 1", None, error, psycopg.Error, dialect=None)
    assert isinstance(wrapped, DBAPIError)
    return wrapped


@pytest.mark.parametrize(
    "error",
    [
        from_the_driver(psycopg.OperationalError("server closed the connection unexpectedly")),
        from_the_driver(psycopg.InterfaceError("the connection is closed")),
        from_the_driver(errors.AdminShutdown("terminating connection")),
        from_the_driver(errors.DiskFull("no space left")),
        from_the_driver(errors.SerializationFailure("could not serialize")),
        PoolTimeout("no connection within two seconds"),
        BrokerError("KafkaTimeoutError"),
        Busy(retry_after=1),
    ],
)
def test_a_failing_server_is_infrastructure(error: Exception) -> None:
    assert infrastructure(error)


@pytest.mark.parametrize(
    "error",
    [
        from_the_driver(psycopg.DataError("text fields cannot contain NUL")),
        from_the_driver(psycopg.ProgrammingError("cannot adapt type")),
        from_the_driver(errors.UniqueViolation("duplicate key")),
        from_the_driver(errors.NumericValueOutOfRange("out of range")),
        ValueError("a bug"),
    ],
)
def test_a_value_nobody_can_store_is_not(error: Exception) -> None:
    assert not infrastructure(error)
