"""A connection that ends takes its green thread with it (in a process of its own, as patching is for good)."""

import subprocess
import sys

import pika
import pytest

from tests.support.tcp_proxy import TcpProxy

SCRIPT = """
import eventlet
eventlet.monkey_patch()
import gc, sys
import greenlet
from kombu import Connection
from chassis.lean import lean

def writers():
    gc.collect()
    frames = [g.gr_frame for g in gc.get_objects() if isinstance(g, greenlet.greenlet) and g.gr_frame]
    return sum(_goes_through(frame, "chassis/lean.py") for frame in frames)

def _goes_through(frame, path):
    while frame is not None:
        if frame.f_code.co_filename.endswith(path):
            return True
        frame = frame.f_back
    return False

for how in ("orderly", "cut"):
    for _ in range(3):
        connection = Connection(sys.argv[1], heartbeat=0)
        channel = connection.channel()
        lean(channel.connection.transport)
        channel.queue_declare(exclusive=True)
        assert writers() == 1, writers()
        if how == "cut":
            print("cut me", flush=True)
            sys.stdin.readline()
            try:
                connection.drain_events(timeout=5)
            except OSError:
                pass
        connection.release()
        del channel, connection
        eventlet.sleep(0.1)
        assert writers() == 0, (how, writers())
print("none is left")
"""


@pytest.mark.timeout(60)
def test_no_green_thread_is_left_of_a_connection(amqp_url):
    parts = pika.URLParameters(amqp_url)
    with TcpProxy(parts.host, parts.port) as proxy:
        url = amqp_url.replace(f":{parts.port}/", f":{proxy.port}/")
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SCRIPT, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        said = ""
        for line in process.stdout:
            said = line.strip()
            if said == "cut me":
                proxy.cut()
                process.stdin.write("\n")
                process.stdin.flush()
        _, errors = process.communicate()
    assert said == "none is left", errors
