"""What all peers need: ports of their own, and to know when somebody answers there."""

import socket
import time
import urllib.error
import urllib.request


def free_ports(count):
    """Ports that were free a moment ago; all are held at once, so that none is given twice."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for_http(url):
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).read()
            return
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
