-- Facts as the raw events tell them, each once, the highest sequence of a step counting; read by recount.py.
CREATE TABLE events AS SELECT id, kind, crossing, sequence, happened, body FROM read_json_auto(?, format='newline_delimited',
    columns={id: 'VARCHAR', kind: 'VARCHAR', crossing: 'VARCHAR', sequence: 'BIGINT', happened: 'TIMESTAMP', body: 'JSON'})
QUALIFY row_number() OVER (PARTITION BY id) = 1;

CREATE TABLE facts AS
WITH filed AS (
    SELECT crossing, arg_max(happened, sequence) AS ready, arg_max(body->>'route', sequence) AS route,
        arg_max(body->>'direction', sequence) AS direction, arg_max(body->>'plate', sequence) AS plate
    FROM events WHERE kind = 'crossing_ready' GROUP BY crossing),
classed AS (
    SELECT crossing, arg_max(body->>'ticket_class', sequence) AS class FROM events WHERE kind = 'truck_queued' GROUP BY crossing),
steps AS (
    SELECT crossing, CASE kind WHEN 'stage_taken_back' THEN body->>'stage' ELSE
        MAP {'truck_arriving': 'ARRIVING', 'truck_checked_in': 'CHECKED_IN', 'truck_in_yard': 'IN_YARD',
         'crossing_released': 'RELEASED', 'truck_crossed': 'CROSSED', 'truck_left_yard': 'LEFT_YARD'}[kind] END AS step,
        sequence, CASE WHEN kind <> 'stage_taken_back' THEN happened END AS moment
    FROM events),
gate AS (
    SELECT crossing,
        max(CASE WHEN step = 'ARRIVING' THEN moment END) AS arriving, max(CASE WHEN step = 'CHECKED_IN' THEN moment END) AS checked_in,
        max(CASE WHEN step = 'IN_YARD' THEN moment END) AS in_yard, max(CASE WHEN step = 'RELEASED' THEN moment END) AS released,
        max(CASE WHEN step = 'CROSSED' THEN moment END) AS crossed, max(CASE WHEN step = 'LEFT_YARD' THEN moment END) AS left_yard
    FROM (SELECT * FROM steps WHERE step IS NOT NULL QUALIFY row_number() OVER (PARTITION BY crossing, step ORDER BY sequence DESC) = 1)
    GROUP BY crossing),
calls AS (
    SELECT c.crossing, c.sequence, c.happened AS called, (c.body->>'valid_until')::TIMESTAMPTZ AT TIME ZONE 'UTC' AS until,
        (SELECT arg_max(q.happened, q.sequence) FROM events q
         WHERE q.kind = 'truck_queued' AND q.crossing = c.crossing AND q.sequence < c.sequence) AS queued
    FROM events c WHERE c.kind = 'truck_called'),
misses AS (
    SELECT DISTINCT m.crossing, max(c.sequence) AS sequence FROM events m JOIN events c USING (crossing)
    WHERE m.kind = 'call_missed' AND c.kind = 'truck_called' AND c.sequence < m.sequence GROUP BY m.crossing, m.sequence),
last_calls AS (SELECT * FROM calls QUALIFY row_number() OVER (PARTITION BY crossing ORDER BY sequence DESC) = 1),
stated AS (
    SELECT crossing, 'called' AS what, called AS moment, NULL AS seconds, NULL::TIMESTAMP AS open_until FROM calls
    UNION ALL SELECT crossing, 'judged', called, NULL, CASE WHEN checked_in IS NULL THEN until END
        FROM calls LEFT JOIN gate USING (crossing)
    UNION ALL SELECT crossing, 'missed', called, NULL, NULL FROM calls JOIN misses USING (crossing, sequence)
        WHERE NOT EXISTS (SELECT 1 FROM events a WHERE a.kind = 'call_answered' AND a.crossing = calls.crossing
            AND (a.body->>'called_at')::TIMESTAMPTZ AT TIME ZONE 'UTC' = calls.called)
    UNION ALL SELECT crossing, 'WAIT', called, epoch(called - queued), NULL FROM calls
    UNION ALL SELECT crossing, 'on_time', called, NULL, NULL FROM last_calls JOIN gate USING (crossing) WHERE checked_in <= until
    UNION ALL SELECT crossing, 'APPROACH', checked_in, epoch(checked_in - called), NULL FROM last_calls JOIN gate USING (crossing)
    UNION ALL SELECT crossing, 'LAG', checked_in, epoch(checked_in - arriving), NULL FROM gate
    UNION ALL SELECT crossing, 'CLEARANCE', released, epoch(released - checked_in), NULL FROM gate
    UNION ALL SELECT crossing, 'cleared', released, NULL, NULL FROM gate
    UNION ALL SELECT crossing, 'arrived', arriving, NULL, NULL FROM gate
    UNION ALL SELECT crossing, 'pre_declared', arriving, NULL, NULL FROM gate JOIN filed USING (crossing)
        WHERE epoch(arriving - ready) >= 7200
    UNION ALL SELECT crossing, 'YARD', out_at, epoch(out_at - in_yard), NULL FROM
        (SELECT *, CASE direction WHEN 'EXPORT' THEN crossed WHEN 'IMPORT' THEN left_yard END AS out_at
         FROM gate JOIN filed USING (crossing)))
SELECT what, moment, seconds, open_until, moment + INTERVAL 7 HOURS AS local, route, direction, class AS ticket_class,
    CASE WHEN regexp_matches(plate, '^[0-9]') THEN 'VN' ELSE 'CN' END AS country
FROM stated JOIN filed USING (crossing) LEFT JOIN classed USING (crossing)
WHERE moment IS NOT NULL AND (seconds >= 0 OR what = lower(what));
