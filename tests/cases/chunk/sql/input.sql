-- Tide tables from the records of the gauges.
CREATE SCHEMA IF NOT EXISTS tides;
SET search_path TO tides;

/* One row for each harbour
   with a gauge. */
CREATE TABLE harbour (
    code  char(3) PRIMARY KEY,
    name  text NOT NULL,
    since date NOT NULL DEFAULT now(),
    river boolean NOT NULL DEFAULT false,
    UNIQUE (name)
);

CREATE TYPE kind AS ENUM ('high', 'low');

CREATE TABLE IF NOT EXISTS tides.water (
    id      bigint GENERATED ALWAYS AS IDENTITY,
    harbour char(3) NOT NULL REFERENCES harbour (code) ON DELETE CASCADE,
    at      timestamptz NOT NULL,
    height  numeric(5, 2) NOT NULL CHECK (height > -20),
    kind    kind NOT NULL
);

CREATE INDEX water_at ON water (harbour, at DESC);

INSERT INTO harbour (code, name, since, river) VALUES
    ('NTH', 'Northam', '1904-01-01', false),
    ('EWK', 'Eastwick', '1951-06-01', true),
    ('HLM', 'Holm', '2021-03-15', false);

-- The high waters alone.
CREATE OR REPLACE VIEW high_water AS
SELECT w.harbour, w.at, w.height,
       rank() OVER (PARTITION BY w.harbour ORDER BY w.height DESC) AS place
FROM water AS w
JOIN harbour AS h ON h.code = w.harbour
WHERE w.kind = 'high' AND NOT h.river;

CREATE MATERIALIZED VIEW highest AS
SELECT harbour, max(height) AS height FROM water GROUP BY harbour;

-- Feet to metres.
CREATE FUNCTION metres(feet numeric, datum numeric DEFAULT 0) RETURNS numeric
LANGUAGE sql IMMUTABLE
AS $$ SELECT round(feet * 0.3048 - datum, 2); $$;

CREATE OR REPLACE FUNCTION refresh_highest() RETURNS trigger AS $$
BEGIN
    -- Not a comment of this file.
    IF NEW.kind = 'high' THEN
        REFRESH MATERIALIZED VIEW highest;
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER water_added AFTER INSERT ON water
    FOR EACH ROW EXECUTE FUNCTION refresh_highest();

CREATE SEQUENCE table_number START WITH 1000;
CREATE ROLE reader;
ALTER TABLE water ADD CONSTRAINT water_once UNIQUE (harbour, at);

BEGIN;
UPDATE harbour SET river = true WHERE name LIKE '%wick';
DELETE FROM water WHERE at < now() - interval '100 years';
COMMIT;

WITH spring AS (
    SELECT harbour, at, height FROM high_water WHERE place <= 10
)
SELECT h.name, count(*) AS waters, avg(s.height)
FROM spring AS s
LEFT JOIN harbour AS h ON h.code = s.harbour
GROUP BY h.name
HAVING count(*) > 1
ORDER BY 2 DESC
LIMIT 20;
