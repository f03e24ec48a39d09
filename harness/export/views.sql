-- The trials that give figures, without warm-up.
CREATE VIEW good_trials AS
SELECT * FROM trials
WHERE block >= 1 AND verdict IN ('valid', 'unwitnessed');

-- The trials that give none, and why.
CREATE VIEW invalid_trials AS
SELECT run_id, run, block, trial, strategy, concurrency, verdict, reason
FROM trials
WHERE verdict NOT IN ('valid', 'unwitnessed');

-- The cells as the table ranks them, in milliseconds.
CREATE VIEW ranking AS
SELECT run_id, runs.run, "group", rank,
	strategy || '@' || concurrency AS cell, latency,
	total_ns / 1e6 AS total_ms,
	total_low_ns / 1e6 AS total_low_ms,
	total_high_ns / 1e6 AS total_high_ms,
	cpu_ns / 1e6 AS cpu_ms,
	efficiency, speed_up, valid, trials, cell_id
FROM cells JOIN runs USING (run_id)
ORDER BY run_id, "group", rank IS NULL, rank, cells.rowid;

-- How long each request took, in the trials that give figures: from its start
-- or, in an open loop, from its intended start.
CREATE VIEW latencies AS
SELECT t.run_id, t.cell_id, r.trial_id, t.run, t.block, t.trial, t.strategy,
	t.concurrency, r.item, r.status, r.cause,
	r.end_ns - coalesce(r.intended_ns, r.start_ns) AS latency_ns
FROM requests AS r JOIN good_trials AS t USING (trial_id);

-- Why requests of each cell failed, and how many.
CREATE VIEW causes AS
SELECT t.run_id, t.cell_id, t.run, t.strategy, t.concurrency, r.cause,
	count(*) AS requests
FROM requests AS r JOIN good_trials AS t USING (trial_id)
WHERE r.cause IS NOT NULL
GROUP BY t.cell_id, r.cause;
