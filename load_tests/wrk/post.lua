-- Posts the lines of the file BODIES in a cycle, and prints counts and latencies as JSON.
local bodies = {}
local sent = 0

function init(_)
  for line in io.lines(os.getenv("BODIES")) do
    bodies[#bodies + 1] = wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, line)
  end
  sent = tonumber(os.getenv("FIRST")) or 0
end

function request()
  sent = sent + 1
  return bodies[sent % #bodies + 1]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "refused": %d, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
