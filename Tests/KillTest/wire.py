"""A puller that takes a series once and keeps what was sent: frame number to the bytes of each channel's chunk, as the detector made them."""

import cbor2
import zmq


def take_series(address, limit_s=30):
    """All messages of one Stream V2 series: {frame: {channel: payload}}."""
    context = zmq.Context()
    socket = context.socket(zmq.PULL)
    socket.setsockopt(zmq.RCVTIMEO, int(limit_s * 1000))
    socket.connect(address)
    frames = {}
    try:
        while True:
            message = plain(cbor2.loads(socket.recv()))
            if message["type"] == "end":
                return frames
            if message["type"] == "image":
                frames[message["image_id"]] = {name: payload(array) for name, array in message["data"].items()}
    finally:
        socket.close(0)
        context.term()


def plain(item):
    return item.value if isinstance(item, cbor2.CBORTag) else item


def payload(array):
    """The bytes within tag 40 [shape, typed array], packed by tag 56500 [name, element size, bytes] or not."""
    typed = plain(array)[1]
    inner = plain(typed)
    if isinstance(inner, cbor2.CBORTag):
        inner = inner.value
    return inner[2] if isinstance(inner, list) else inner

