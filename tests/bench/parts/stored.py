"""A desk of many years: crossings that are over, each with its declaration, written by the database itself."""

from __future__ import annotations

import psycopg

FILL = (
    """\
CREATE TEMP TABLE told ON COMMIT DROP AS
SELECT n, gen_random_uuid() AS crossing, gen_random_uuid() AS registration, gen_random_uuid() AS firm,
  'OLD-' || lpad(n::text, 9, '0') AS reference, timestamptz '2020-01-01' + n * interval '3 minutes' AS at
FROM generate_series(%(since)s::int, %(until)s::int - 1) AS n""",
    """\
INSERT INTO vehicle_registration.registrations (id, trader, carrier, filed_by, filed_at, parties)
SELECT registration, firm, firm, firm, at, ARRAY[firm] FROM told""",
    "INSERT INTO vehicle_registration.drawn_references SELECT reference FROM told",
    """\
INSERT INTO vehicle_registration.crossings
  (id, registration_id, reference, filing, tractor, country, vehicle_type, parties, stage, submitted_at, version)
SELECT crossing, registration, reference, jsonb_build_object(
    'reference', reference, 'registration_id', registration, 'route', 'hn-1119', 'direction', 'EXPORT',
    'window_from', at, 'window_to', at + interval '12 hours', 'trader', firm, 'carrier', firm,
    'parties', jsonb_build_array(firm, crossing), 'vehicle_id', gen_random_uuid(),
    'plate', '29C' || lpad(n::text, 7, '0'), 'trailer', null, 'containers', '[]'::jsonb, 'driver_id', null,
    'declarations', jsonb_build_array('30' || lpad(n::text, 10, '0')), 'declared_empty', false, 'empty_for', null,
    'two_way', false, 'shares', '[]'::jsonb),
  false, 'VN', 'VT4', ARRAY[firm, crossing], 'OVER', at, 5
FROM told""",
    """\
INSERT INTO vehicle_registration.counters (topic, key, last)
SELECT 'bordergate.crossings', crossing::text, 3 FROM told""",
)
AT_ONCE = 50_000


def store_crossings(owner_url: str, since: int, until: int) -> None:
    """Let crossings of these numbers have been filed, and have ended."""
    with psycopg.connect(owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        for start in range(since, until, AT_ONCE):
            with connection.transaction():
                for statement in FILL:
                    connection.execute(statement, {"since": start, "until": min(until, start + AT_ONCE)})
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")  # it is long ago that they were written
