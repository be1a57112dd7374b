"""One run of SimFaaS: requests, seconds, requests that run on average, and the share of cold starts, in a line."""

import sys
import time

from simfaas.ServerlessSimulator import ServerlessSimulator

rate, length = float(sys.argv[1]), float(sys.argv[2])
simulator = ServerlessSimulator(
    arrival_rate=rate,
    warm_service_rate=1 / 1.991,
    cold_service_rate=1 / 2.244,
    expiration_threshold=600,
    max_time=length,
)
begin = time.perf_counter()
simulator.generate_trace(debug_print=False, progress=False)
taken = time.perf_counter() - begin
running = simulator.get_average_server_running_count()
print(simulator.total_req_count, taken, running)
