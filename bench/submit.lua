-- What wrk posts: one job for the backend "bench", or the one in BENCH_BACKEND.
wrk.method = 'POST'
wrk.path = '/api/jobs'
wrk.headers['Content-Type'] = 'application/json'
local backend = os.getenv('BENCH_BACKEND') or 'bench'
wrk.body = '{"backend":"' .. backend .. '","request":{"prompt":"a lighthouse on a cliff at dusk, oil on canvas","width":1024,"height":1024}}'
