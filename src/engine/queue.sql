-- name: queue_user_plan
-- apart
SELECT plan FROM app_user WHERE id = :user_id

-- Nobody is further ahead than :most_us, unless the clock was set back since: then he begins anew.
-- name: submit_pace_take
-- apart
INSERT INTO submit_pace (user_id, spent_us) VALUES (:user_id, CAST(:now_us AS BIGINT) + :step_us)
ON CONFLICT (user_id) DO UPDATE
   SET spent_us = :step_us + CASE WHEN submit_pace.spent_us BETWEEN :now_us AND :latest_us THEN submit_pace.spent_us ELSE :now_us END
 WHERE submit_pace.spent_us <= :latest_us OR submit_pace.spent_us > :most_us

-- name: submit_pace_of
-- apart
SELECT spent_us FROM submit_pace WHERE user_id = :user_id
