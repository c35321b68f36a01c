-- The channel's row stays locked until the commit: who sees a number sees all smaller ones.
-- name: event_next
INSERT INTO channel (name, last_number) VALUES (:channel, 1)
ON CONFLICT (name) DO UPDATE SET last_number = channel.last_number + 1 RETURNING last_number AS number

-- name: event_insert
INSERT INTO event (channel, number, body, created_at) VALUES (:channel, :number, :body, :created_at)

-- name: event_page
-- listing
SELECT number, body FROM event WHERE channel = :channel AND number > :after ORDER BY number LIMIT :limit

-- name: event_last
SELECT last_number AS number FROM channel WHERE name = :channel

-- name: event_trim
DELETE FROM event WHERE channel = :channel AND number <= :number

-- name: event_sweep
DELETE FROM event WHERE (channel, number) IN
 (SELECT channel, number FROM event WHERE created_at < :created_at ORDER BY created_at LIMIT :limit)
