-- Events: what browsers hear, numbered per channel without holes.

CREATE TABLE channel (
    name        TEXT   NOT NULL PRIMARY KEY, -- "user:<id>", "admin"
    last_number BIGINT NOT NULL              -- of its newest event; never goes back. Locked from an event to its commit
);

CREATE TABLE event (
    channel    TEXT   NOT NULL,              -- channel.name
    number     BIGINT NOT NULL,              -- 1, 2, 3 ... in each channel
    body       TEXT   NOT NULL,              -- JSON in one line, as it is sent: {"type":...,"result":{...}}
    created_at BIGINT NOT NULL,              -- forgotten a day later
    PRIMARY KEY (channel, number)
);
CREATE INDEX event_by_age ON event (created_at);
