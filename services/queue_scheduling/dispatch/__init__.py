"""The queue's engine: promises and calls over a `Book`; pure but for `rows`, which keeps the book in PostgreSQL."""
