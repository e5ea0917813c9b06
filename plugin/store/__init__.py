"""Our records: tables, claims, outboxes; the one door to SQLAlchemy.

A step opens one transaction for one decision (`Store.begin`) and calls the functions of the modules here with
it. A state moves by one conditional UPDATE; rowcount 1 means that the caller moved it.
"""

from .engine import Store, Tx

__all__ = ["Store", "Tx"]
