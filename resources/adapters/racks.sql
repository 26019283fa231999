-- The inventory of racks_sqlite.py. Others may write it too: what they change reaches the console as facts.
CREATE TABLE region (id TEXT);
CREATE TABLE servers (name TEXT PRIMARY KEY, zone TEXT, cell TEXT, rack TEXT, state TEXT DEFAULT 's', wave TEXT, actor TEXT,
                      since REAL DEFAULT 0);
CREATE TABLE supports (server TEXT, subsystem TEXT, units INT DEFAULT 1, PRIMARY KEY (server, subsystem)) WITHOUT ROWID;
CREATE INDEX by_subsystem ON supports (subsystem, server, units);
CREATE TABLE waves (id TEXT PRIMARY KEY, execution TEXT, answer TEXT);  -- an answer of NULL: abandoned, never to be done
CREATE TABLE stops (execution TEXT PRIMARY KEY);
CREATE TABLE facts (revision INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT, name TEXT, state TEXT, wave TEXT, actor TEXT);
CREATE TRIGGER changed AFTER UPDATE OF state ON servers BEGIN INSERT INTO facts (what, name, state, wave, actor) VALUES
  ('states', NEW.name, NEW.state, CASE WHEN NEW.wave IS OLD.wave THEN NULL ELSE NEW.wave END,
   CASE WHEN NEW.since IS OLD.since THEN NULL ELSE NEW.actor END); END;
CREATE TRIGGER joined AFTER INSERT ON servers BEGIN INSERT INTO facts (what, name) VALUES ('joined', NEW.name); END;
CREATE TRIGGER gone AFTER DELETE ON servers BEGIN INSERT INTO facts (what, name) VALUES ('gone', OLD.name); END;
