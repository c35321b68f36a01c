CREATE TABLE note (
    number BIGINT NOT NULL PRIMARY KEY,
    body   TEXT   NOT NULL UNIQUE,
    rank   BIGINT NOT NULL CHECK (rank < 10), -- a semicolon; in a comment
    parent BIGINT REFERENCES note (number)
);
CREATE INDEX note_by_rank ON note (rank, number);
INSERT INTO note (number, body, rank) VALUES (0, 'it''s; here', 0);
