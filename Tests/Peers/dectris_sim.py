"""A Stream V1 source by the LiberTEM project, in Rust (PyPI libertem-dectris): its simulator with mocked frames.

`dectris_sim.py FRAMES` prints its address as one line of JSON, plays one series to the first puller, and ends. Two things of it are unlike
any detector: the parts of the header are messages of their own, and the payload of a mocked frame is not what its encoding says.
"""

import json
import sys

import libertem_dectris


def main():
    frames = int(sys.argv[1])
    simulator = libertem_dectris.DectrisSim.new_mocked("tcp://127.0.0.1", frames, dwelltime=1000, random_port=True)
    print(json.dumps({"v1": simulator.get_uri()}), flush=True)
    simulator.send_headers()
    simulator.send_frames()
    simulator.send_footer()


if __name__ == "__main__":
    main()
