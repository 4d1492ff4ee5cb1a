"""An EIGER by ALBA (PyPI eiger-simulator): SIMPLON 1.6.0 over HTTP, Stream V1 over ZeroMQ.

`eiger_simulator.py FOLDER` plays ten frames that it makes in FOLDER. Its bitshuffle payloads lack the 12 bytes in front, and it announces the
shape of its configuration whatever the frames have: every one must be refused.
"""

import json
import sys
import threading

import h5py
import numpy

from peer_ports import free_ports, wait_for_http

def tell_when_ready(ports):
    wait_for_http(f"http://127.0.0.1:{ports['rest']}/detector/api/version/")
    print(json.dumps(ports), flush=True)

def main():
    folder = sys.argv[1]
    with h5py.File(folder + "/frames.h5", "w") as file:
        pixels = numpy.random.default_rng(1).poisson(2, (10, 64, 128)).astype("uint16")
        file.create_dataset("entry/data/data_000001", data=pixels)
    ports = dict(zip(("rest", "v1"), free_ports(2)))

    from eigersim.server import main as simulator

    threading.Thread(target=tell_when_ready, args=(ports,), daemon=True).start()
    simulator(
        [
            "--host", "127.0.0.1", "--port", str(ports["rest"]), "--zmq", f"tcp://127.0.0.1:{ports['v1']}",
            "--dataset", folder + "/frames.h5", "--log-level", "warning",
        ]
    )

if __name__ == "__main__":
    main()
