"""An EIGER by Diamond Light Source (PyPI tickit-devices): SIMPLON 1.8.0 over HTTP, Stream V1 and V2 over ZeroMQ.

Binds free ports of the loopback interface, prints them as one line of JSON when it answers, and runs until it is killed. Whoever started
it drives detector and stream by the REST interface, as beamline control would (simplon.py).
"""

import json
import logging
import sys
import tempfile
import threading

from peer_ports import free_ports, wait_for_http


def tell_when_ready(ports):
    wait_for_http(f"http://127.0.0.1:{ports['rest']}/detector/api/1.8.0/status/state")
    print(json.dumps(ports), flush=True)


def bind_only():
    """tickit binds its PUSH socket and connects it to the same address: a pipe to itself that nobody reads, and to which it deals messages
    in turn until ZeroMQ gives it up, the start message now and then."""
    import aiozmq

    create = aiozmq.create_zmq_stream

    async def create_bound(*arguments, connect=None, **options):
        return await create(*arguments, **options)

    aiozmq.create_zmq_stream = create_bound


def one_message_at_a_time():
    """tickit sends whatever the detector has said between two of its updates as the parts of ONE message: where the trigger follows the arming
    at once, or the machine is busy, the header and the first image, which nobody can read. Detectors send a message for each."""
    from tickit_devices.eiger.eiger_adapters import EigerZMQAdapter
    from tickit_devices.eiger.stream.eiger_stream import EigerStream
    from tickit_devices.eiger.stream.eiger_stream_2 import EigerStream2

    def apart(say):
        def said(stream, *arguments, **options):
            say(stream, *arguments, **options)
            stream.__dict__.setdefault("messages", []).append(list(stream.consume_data()))

        return said

    for stream in (EigerStream, EigerStream2):
        for name in ("begin_series", "insert_image", "end_series"):
            setattr(stream, name, apart(getattr(stream, name)))

    def after_update(adapter):
        messages = adapter.stream.__dict__.pop("messages", [])
        for message in messages:
            if message:
                adapter.add_message_to_stream(message)

    EigerZMQAdapter.after_update = after_update


def main():
    ports = dict(zip(("rest", "v1", "v2"), free_ports(3)))
    configuration = [
        {
            "type": "tickit_devices.eiger.Eiger",
            "name": "eiger",
            "inputs": {},
            "host": "127.0.0.1",
            "port": ports["rest"],
            "stream_host": "127.0.0.1",
            "stream_legacy_port": ports["v1"],
            "stream_cbor_port": ports["v2"],
        }
    ]
    from tickit.cli import main as tickit

    bind_only()
    one_message_at_a_time()

    threading.Thread(target=tell_when_ready, args=(ports,), daemon=True).start()
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        # JSON is YAML.
        json.dump(configuration, file)
        file.flush()
        # Its debug log has a line for every tick, and nobody reads it.
        logging.disable(logging.INFO)
        sys.argv = ["tickit", "all", file.name]
        tickit()


if __name__ == "__main__":
    main()
