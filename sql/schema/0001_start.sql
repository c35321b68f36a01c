-- The ground floor: who may do what, and how they prove who they are.
-- Ids are UUIDv7 text, times are milliseconds since 1970 (UTC), lists and objects are JSON text.

CREATE TABLE app_user (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL UNIQUE,      -- what one signs in with; folded to lower case before it gets here
    role          TEXT   NOT NULL CHECK (role IN ('admin', 'member', 'viewer')),
    plan          TEXT   NOT NULL DEFAULT 'standard', -- decides the share of the queue and the limits
    password_hash TEXT,                        -- argon2id in its own text form; null: no login by password
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,             -- moves with every change of this row
    disabled_at   BIGINT                       -- null while the account may be used
);
CREATE INDEX app_user_admins ON app_user (role, id);

CREATE TABLE api_token (
    id           TEXT   NOT NULL PRIMARY KEY,
    user_id      TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    name         TEXT   NOT NULL,              -- what its owner calls it: "laptop"
    hash         TEXT   NOT NULL UNIQUE,       -- SHA-256 of the token in hexadecimal; the token itself is shown once
    scope        TEXT   NOT NULL CHECK (scope IN ('read', 'write', 'admin')), -- the most that it may do
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,                       -- null: never
    last_used_at BIGINT,                       -- null: not yet; written at most once a minute
    revoked_at   BIGINT                        -- null while it works
);
CREATE INDEX api_token_by_user ON api_token (user_id, id);

CREATE TABLE session (
    id           TEXT   NOT NULL PRIMARY KEY,
    user_id      TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    hash         TEXT   NOT NULL UNIQUE,       -- SHA-256 of the cookie's value in hexadecimal
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,              -- written at most once a minute
    user_agent   TEXT                          -- as the browser gave it, cut to a length; for the list of sessions
);
CREATE INDEX session_by_user ON session (user_id, id);
-- The clean-up takes the expired ones first.
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE login_link (
    hash       TEXT   NOT NULL PRIMARY KEY,    -- SHA-256 of the link's secret in hexadecimal
    user_id    TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT                          -- null until its one use
);
CREATE INDEX login_link_by_user ON login_link (user_id);
CREATE INDEX login_link_by_expiry ON login_link (expires_at);

CREATE TABLE idempotency (
    user_id    TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    key        TEXT   NOT NULL,                -- the client's Idempotency-Key
    route      TEXT   NOT NULL,                -- method and path pattern that it was sent to
    body_hash  TEXT   NOT NULL,                -- SHA-256 of the body: the same key with another body is a conflict
    status     BIGINT,                         -- HTTP status of the first answer; null while it is being made
    answer     TEXT,                           -- body of the first answer; may be empty
    created_at BIGINT NOT NULL,                -- forgotten a day later
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,           -- "instance_id", "signing_key", ...
    value TEXT NOT NULL                        -- secrets are sealed before they get here
);
