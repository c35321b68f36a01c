-- What wrk posts: one job for the backend "bench".
wrk.method = 'POST'
wrk.path = '/api/jobs'
wrk.headers['Content-Type'] = 'application/json'
wrk.body = '{"backend":"bench","request":{"prompt":"a lighthouse on a cliff at dusk, oil on canvas","width":1024,"height":1024}}'
