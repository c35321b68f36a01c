-- Tables that only the tests have: one column of each kind.
CREATE TABLE probe (
    id          TEXT             NOT NULL PRIMARY KEY,
    flag        BIGINT           NOT NULL,
    whole       BIGINT           NOT NULL,
    ratio       DOUBLE PRECISION NOT NULL,
    words       TEXT,
    maybe_flag  BIGINT,
    maybe_whole BIGINT,
    maybe_ratio DOUBLE PRECISION,
    tags        TEXT             NOT NULL,
    tree        TEXT,
    seen_at     BIGINT,
    colour      TEXT             NOT NULL
);
