-- The next numbers of some channels, the last of them in the answer. A channel's row stays locked until the commit: who
-- sees a number sees all smaller ones.
-- name: event_next sqlite
-- many
INSERT INTO channel (name, last_number) VALUES (:channel, :count)
ON CONFLICT (name) DO UPDATE SET last_number = channel.last_number + excluded.last_number
RETURNING name AS channel, last_number AS number
-- name: event_next postgres
INSERT INTO channel (name, last_number)
SELECT name, more FROM unnest(CAST(:channel AS TEXT[]), CAST(:count AS BIGINT[])) AS news (name, more)
ON CONFLICT (name) DO UPDATE SET last_number = channel.last_number + excluded.last_number
RETURNING name AS channel, last_number AS number

-- name: event_insert sqlite
-- many
INSERT INTO event (channel, number, body, created_at) VALUES (:channel, :number, :body, :created_at)
-- name: event_insert postgres
INSERT INTO event (channel, number, body, created_at)
SELECT * FROM unnest(CAST(:channel AS TEXT[]), CAST(:number AS BIGINT[]), CAST(:body AS TEXT[]),
                     CAST(:created_at AS BIGINT[]))

-- name: event_page
-- listing
SELECT number, body FROM event WHERE channel = :channel AND number > :after ORDER BY number LIMIT :limit

-- name: event_last
SELECT last_number AS number FROM channel WHERE name = :channel

-- name: event_trim
DELETE FROM event WHERE channel = :channel AND number > :after AND number <= :number

-- name: channel_page
-- listing
SELECT name AS channel FROM channel WHERE name > :channel ORDER BY name LIMIT :limit

-- name: event_sweep
DELETE FROM event WHERE channel = :channel AND created_at < :created_at
