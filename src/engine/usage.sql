-- name: usage_by_day
SELECT day, CAST(SUM(jobs) AS BIGINT) AS jobs, CAST(SUM(pictures) AS BIGINT) AS pictures, CAST(SUM(spent) AS BIGINT) AS spent
  FROM usage_day WHERE user_id = :user_id AND dimension = :dimension AND day >= :from AND day < :to
 GROUP BY day ORDER BY day

-- name: usage_by_name
SELECT name, CAST(SUM(jobs) AS BIGINT) AS jobs, CAST(SUM(pictures) AS BIGINT) AS pictures, CAST(SUM(spent) AS BIGINT) AS spent
  FROM usage_day WHERE user_id = :user_id AND dimension = :dimension AND day >= :from AND day < :to
 GROUP BY name ORDER BY 4 DESC, name

-- name: usage_by_user
SELECT sums.name, app_user.name AS label, sums.jobs, sums.pictures, sums.spent
  FROM (SELECT name, CAST(SUM(jobs) AS BIGINT) AS jobs, CAST(SUM(pictures) AS BIGINT) AS pictures,
               CAST(SUM(spent) AS BIGINT) AS spent
          FROM usage_day WHERE user_id = :user_id AND dimension = :dimension AND day >= :from AND day < :to
         GROUP BY name) AS sums
  LEFT JOIN app_user ON app_user.id = sums.name
 ORDER BY sums.spent DESC, sums.name
