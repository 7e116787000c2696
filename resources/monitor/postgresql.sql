-- The monitor's tables, roles and row-level security for PostgreSQL 12 or newer.
-- Made by: python -m skynet_desktop.notifier.schema
--
-- Run it once, as the owner of an empty database:
--     psql --single-transaction -v ON_ERROR_STOP=1 -f postgresql.sql DATABASE
--
-- Then a role of its own for each machine:
--     CREATE ROLE laptop_anna LOGIN PASSWORD '...' IN ROLE skynet_desktop;
-- and one for Skywatch, unless it signs in as the owner of the tables:
--     CREATE ROLE skywatch LOGIN PASSWORD '...' IN ROLE skynet_watch;

CREATE TABLE skynet_machine (
    id text NOT NULL,
    name text NOT NULL,
    system text NOT NULL,
    version text NOT NULL,
    state text NOT NULL,
    first_seen double precision NOT NULL,
    last_seen double precision NOT NULL,
    owner text NOT NULL DEFAULT current_user,
    PRIMARY KEY (id)
);

CREATE TABLE skynet_mapping (
    machine text NOT NULL,
    name text NOT NULL,
    place text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    since double precision NOT NULL,
    waiting_files bigint NOT NULL,
    waiting_bytes bigint NOT NULL,
    speed double precision NOT NULL,
    eta double precision NOT NULL,
    issues bigint NOT NULL,
    files bigint NOT NULL,
    reconciled_at double precision NOT NULL,
    updated_at double precision NOT NULL,
    owner text NOT NULL DEFAULT current_user,
    PRIMARY KEY (machine, name)
);

CREATE TABLE skynet_file (
    machine text NOT NULL,
    mapping text NOT NULL,
    path_key text NOT NULL,
    path text NOT NULL,
    action text NOT NULL,
    state text NOT NULL,
    size bigint NOT NULL,
    done bigint NOT NULL,
    reason text NOT NULL,
    seconds double precision NOT NULL,
    updated_at double precision NOT NULL,
    owner text NOT NULL DEFAULT current_user,
    PRIMARY KEY (machine, mapping, path_key)
);

CREATE TABLE skynet_event (
    machine text NOT NULL,
    seq bigint NOT NULL,
    at double precision NOT NULL,
    mapping text NOT NULL,
    path_key text NOT NULL,
    path text NOT NULL,
    kind text NOT NULL,
    size bigint NOT NULL,
    seconds double precision NOT NULL,
    reason text NOT NULL,
    owner text NOT NULL DEFAULT current_user,
    PRIMARY KEY (machine, seq)
);

CREATE TABLE skynet_hour (
    machine text NOT NULL,
    mapping text NOT NULL,
    hour bigint NOT NULL,
    files bigint NOT NULL,
    bytes bigint NOT NULL,
    removed bigint NOT NULL,
    failures bigint NOT NULL,
    owner text NOT NULL DEFAULT current_user,
    PRIMARY KEY (machine, mapping, hour)
);

CREATE INDEX skynet_file_recent ON skynet_file (machine, updated_at);

CREATE INDEX skynet_file_now ON skynet_file (state, updated_at) WHERE state IN ('queued', 'sending', 'failed');

CREATE INDEX skynet_event_at ON skynet_event (at);

CREATE INDEX skynet_event_machine_at ON skynet_event (machine, at);

CREATE INDEX skynet_hour_hour ON skynet_hour (hour);

CREATE TABLE skynet_schema (version integer NOT NULL);

INSERT INTO skynet_schema (version) VALUES (1);

DO $$ BEGIN CREATE ROLE skynet_desktop NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE skynet_watch NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
GRANT SELECT ON skynet_schema TO skynet_desktop, skynet_watch;
ALTER TABLE skynet_machine ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON skynet_machine TO skynet_desktop;
GRANT SELECT, INSERT, UPDATE, DELETE ON skynet_machine TO skynet_watch;
DROP POLICY IF EXISTS skynet_machine_own ON skynet_machine;
CREATE POLICY skynet_machine_own ON skynet_machine FOR ALL TO skynet_desktop USING (owner = current_user) WITH CHECK (owner = current_user);
DROP POLICY IF EXISTS skynet_machine_all ON skynet_machine;
CREATE POLICY skynet_machine_all ON skynet_machine FOR ALL TO skynet_watch USING (true) WITH CHECK (true);
ALTER TABLE skynet_mapping ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON skynet_mapping TO skynet_desktop;
GRANT SELECT, INSERT, UPDATE, DELETE ON skynet_mapping TO skynet_watch;
DROP POLICY IF EXISTS skynet_mapping_own ON skynet_mapping;
CREATE POLICY skynet_mapping_own ON skynet_mapping FOR ALL TO skynet_desktop USING (owner = current_user) WITH CHECK (owner = current_user AND EXISTS (SELECT 1 FROM skynet_machine m WHERE m.id = machine AND m.owner = current_user));
DROP POLICY IF EXISTS skynet_mapping_all ON skynet_mapping;
CREATE POLICY skynet_mapping_all ON skynet_mapping FOR ALL TO skynet_watch USING (true) WITH CHECK (true);
ALTER TABLE skynet_file ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON skynet_file TO skynet_desktop;
GRANT SELECT, INSERT, UPDATE, DELETE ON skynet_file TO skynet_watch;
DROP POLICY IF EXISTS skynet_file_own ON skynet_file;
CREATE POLICY skynet_file_own ON skynet_file FOR ALL TO skynet_desktop USING (owner = current_user) WITH CHECK (owner = current_user AND EXISTS (SELECT 1 FROM skynet_machine m WHERE m.id = machine AND m.owner = current_user));
DROP POLICY IF EXISTS skynet_file_all ON skynet_file;
CREATE POLICY skynet_file_all ON skynet_file FOR ALL TO skynet_watch USING (true) WITH CHECK (true);
ALTER TABLE skynet_event ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON skynet_event TO skynet_desktop;
GRANT SELECT, INSERT, UPDATE, DELETE ON skynet_event TO skynet_watch;
DROP POLICY IF EXISTS skynet_event_own ON skynet_event;
CREATE POLICY skynet_event_own ON skynet_event FOR ALL TO skynet_desktop USING (owner = current_user) WITH CHECK (owner = current_user AND EXISTS (SELECT 1 FROM skynet_machine m WHERE m.id = machine AND m.owner = current_user));
DROP POLICY IF EXISTS skynet_event_all ON skynet_event;
CREATE POLICY skynet_event_all ON skynet_event FOR ALL TO skynet_watch USING (true) WITH CHECK (true);
ALTER TABLE skynet_hour ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON skynet_hour TO skynet_desktop;
GRANT SELECT, INSERT, UPDATE, DELETE ON skynet_hour TO skynet_watch;
DROP POLICY IF EXISTS skynet_hour_own ON skynet_hour;
CREATE POLICY skynet_hour_own ON skynet_hour FOR ALL TO skynet_desktop USING (owner = current_user) WITH CHECK (owner = current_user AND EXISTS (SELECT 1 FROM skynet_machine m WHERE m.id = machine AND m.owner = current_user));
DROP POLICY IF EXISTS skynet_hour_all ON skynet_hour;
CREATE POLICY skynet_hour_all ON skynet_hour FOR ALL TO skynet_watch USING (true) WITH CHECK (true);
