"""checks.py NAME FOLDER: one check of the library by NumPy's eyes; it ends with 0, or with what was otherwise.

FAISCEAU_REDUCTION_LIBRARY names the library, and PYTHONPATH leads to faisceau_reduction.py.
"""

import concurrent.futures
import ctypes
import json
import mmap
import os
import pathlib
import subprocess
import sys
import time
import warnings

import numpy

FOLDER = pathlib.Path(sys.argv[2])


def equal(got, expected, what):
    assert got.shape == expected.shape, f"{what}: {got.shape}, expected {expected.shape}"
    same = (got == expected) | (numpy.isnan(got) & numpy.isnan(expected))
    assert same.all(), f"{what}: {numpy.count_nonzero(~same)} of {same.size} differ, by {numpy.nanmax(numpy.abs(got - expected))}"


def refused(call, *words):
    try:
        call()
    except faisceau_reduction.ReductionError as error:
        assert all(word in str(error) for word in words), f"{error!r} does not say {words}"
        return str(error)
    raise AssertionError(f"nothing was refused; expected {words}")


def curves_are_those_of_numpy():
    values = small_file.frames(35)
    for encoding in small_file.FILTERS:
        path = small_file.write(FOLDER / f"{encoding}.h5", values, encoding)
        with Reduction(path, small_file.CONFIGURATION) as reduction:
            assert reduction.frame_count == 35
            assert reduction.frame_shape == (small_file.SLOW, small_file.FAST)
            assert reduction.frame_dtype == numpy.dtype("<u2")
            assert reduction.radial_unit == "q_nm^-1"
            assert reduction.azimuthal is None
            assert numpy.allclose(reduction.radial, 0.5 + 5.5 * (numpy.arange(50) + 0.5) / 50, rtol=1e-14)
            intensity, sigma, status = reduction.run()
            assert status.tolist() == [0] * 35
            numbers, bins = small_file.bin_numbers()
            for frame in range(35):
                mean, error = small_file.reduced(values[frame], numbers, bins)
                equal(intensity[frame], mean, f"{encoding}, intensity of frame {frame}")
                equal(sigma[frame], error, f"{encoding}, sigma of frame {frame}")
            for part in (reduction.run(33, threads=1), reduction.run(33, 2, threads=7)):
                equal(part[0], intensity[33:], "frames 33 on")
            with Reduction(path, {**small_file.CONFIGURATION, "errors": {"model": "poisson-exact"}}) as exact:
                mean, error = small_file.reduced(values[7], numbers, bins, least=0)
                equal(exact.run(7, 1)[1][0], error, "sigma by Poisson alone")
            nothing = reduction.run(35)
            assert nothing[0].shape == (0, 50) and nothing[2].shape == (0,)


def maps_are_those_of_numpy():
    values = small_file.frames(5)
    path = small_file.write(FOLDER / "map.h5", values)
    with Reduction(path, {**small_file.CONFIGURATION, "cake": {"count": 12}}) as reduction:
        assert numpy.allclose(reduction.azimuthal, numpy.arange(12) * 30 - 165)
        intensity, sigma, status = reduction.run()
        assert intensity.shape == sigma.shape == (5, 12, 50) and not status.any()
        numbers, bins = small_file.bin_numbers(12)
        for frame in range(5):
            mean, error = small_file.reduced(values[frame], numbers, bins)
            equal(intensity[frame], mean.reshape(12, 50), f"intensity of frame {frame}")
            equal(sigma[frame], error.reshape(12, 50), f"sigma of frame {frame}")


def frames_without_a_result_are_told():
    values = small_file.frames(40)
    path = small_file.write(FOLDER / "damaged.h5", values, missing=[3, 39], corrupt=[20])
    with Reduction(path, small_file.CONFIGURATION) as reduction, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        intensity, sigma, status = reduction.run()
    assert [str(each.message) for each in told if "1 frames have failed; frame 20: " in str(each.message)], told
    expected = numpy.zeros(40, int)
    expected[[3, 39]], expected[20] = faisceau_reduction.MISSING, faisceau_reduction.FAILED
    assert (status == expected).all(), status
    numbers, bins = small_file.bin_numbers()
    for frame in range(40):
        if status[frame]:
            assert numpy.isnan(intensity[frame]).all() and numpy.isnan(sigma[frame]).all()
        else:
            equal(intensity[frame], small_file.reduced(values[frame], numbers, bins)[0], f"frame {frame}")


def what_is_wrong_is_an_exception():
    path = small_file.write(FOLDER / "frames.h5", small_file.frames(3))
    refused(lambda: Reduction(FOLDER / "nothing.h5"), "There is no such run or file", "nothing.h5")
    refused(lambda: Reduction(path, {**small_file.CONFIGURATION, "bin": {}}), "bin", "bins")
    refused(lambda: Reduction(path, "bins: [1, 2\n"), "configuration")
    region = {"name": "peak", "slow": [0, 2], "fast": [1, 3]}
    refused(lambda: Reduction(path, {**small_file.CONFIGURATION, "regions": [region]}), "Regions of interest", "regions")
    refused(lambda: Reduction(path, FOLDER / "nothing.yaml"), "nothing.yaml")
    refused(lambda: Reduction(path), "NXentry", "PONI")
    growing = FOLDER / "growing"
    growing.mkdir()
    small_file.write(growing / "frames.h5", small_file.frames(3))
    (growing / "armed.json").write_text("{}")
    refused(lambda: Reduction(growing / "frames.h5", small_file.CONFIGURATION), "being recorded", "faisceau recover")
    (FOLDER / "text.h5").write_text("this is no HDF5")
    refused(lambda: Reduction(FOLDER / "text.h5"), "text.h5")
    refused(lambda: Reduction(path, library=FOLDER / "nothing.so"), "nothing.so", "swift build")
    reduction = Reduction(path, small_file.CONFIGURATION)
    for first, count in ((0, 4), (-1, 1), (3, 1), (4, None), (0, 2**62), (2**63, 1), (0, 2**80), (1, -1)):
        refused(lambda: reduction.run(first, count), "no such frames")
    refused(lambda: reduction.run(threads=5000), "threads", "5000")
    refused(lambda: reduction.run(threads=-1), "threads")
    refused(lambda: reduction.chunk(b"", "gzip"), "gzip", "bslz4")
    refused(lambda: reduction.chunk(b"", "bslz4"), "chunk")
    refused(lambda: reduction.chunk(b"x" * 100, "none"), "another size")
    refused(lambda: reduction.chunk(bytes(2 * small_file.SLOW * small_file.FAST), "none", frame=-1), "-1")
    equal(reduction.chunk(bytes(2 * small_file.SLOW * small_file.FAST), "none")[0] * 0, reduction.run()[0][0] * 0, "zeros")
    reduction.close()
    reduction.close()
    refused(reduction.run, "closed")


def the_configuration_is_a_text_a_file_or_a_dictionary():
    path = small_file.write(FOLDER / "frames.h5", small_file.frames(3))
    text = json.dumps(small_file.CONFIGURATION)
    (FOLDER / "reduction.yaml").write_text(text)
    own = {**small_file.CONFIGURATION, "bins": {**small_file.CONFIGURATION["bins"], "count": numpy.int64(50), "to": numpy.float32(6)}}
    given = [small_file.CONFIGURATION, text, FOLDER / "reduction.yaml", str(FOLDER / "reduction.yaml"), own]
    results = [Reduction(path, each).run()[0] for each in given]
    for result in results[1:]:
        equal(result, results[0], "intensity")
    mask = numpy.ones(Reduction(path, own).frame_shape)
    mask[: len(mask) // 2] = 0
    numpy.save(FOLDER / "mask.npy", mask)
    whole, half = Reduction(path, own).run()[0], Reduction(path, {**own, "mask": {"files": FOLDER / "mask.npy"}}).run()[0]
    assert not numpy.isnan(half).all() and not numpy.array_equal(half, whole, equal_nan=True)
    numpy.save(FOLDER / "mask.npy", numpy.ones(mask.shape))
    refused(lambda: Reduction(path, {**own, "mask": {"files": FOLDER / "mask.npy"}}), "Every pixel is masked")


def chunks_in_memory_are_frames():
    values = small_file.frames(6)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for encoding in small_file.FILTERS:
        path = small_file.write(FOLDER / f"{encoding}.h5", values, encoding)
        monitor = [1.0, 2, 4, 8, 0, 0.5]
        with h5py.File(path, "a") as file:
            file["/entry/monitor"] = monitor
        corrections = {"solid_angle": False, "monitor": {"dataset": "/entry/monitor"}}
        with (
            h5py.File(path) as file, Reduction(path, small_file.CONFIGURATION) as plain,
            Reduction(path, {**small_file.CONFIGURATION, "corrections": corrections}) as monitored,
            Reduction(path, {**small_file.CONFIGURATION, "splitting": "full"}) as split,
            Reduction(path, {**small_file.CONFIGURATION, "errors": {"model": "azimuthal"}}) as decoded,
        ):
            expected = plain.run()
            rows = [(each, each.run()) for each in (plain, split, decoded)]
            for frame in range(6):
                chunk = file["/entry/data/data"].id.read_direct_chunk((frame, 0, 0))[1]
                # The byte behind the chunk is on a page that may not be touched.
                pages = (len(chunk) + mmap.PAGESIZE - 1) // mmap.PAGESIZE
                room = mmap.mmap(-1, (pages + 1) * mmap.PAGESIZE)
                start = ctypes.addressof(ctypes.c_char.from_buffer(room))
                assert libc.mprotect(start + pages * mmap.PAGESIZE, mmap.PAGESIZE, 0) == 0
                begin = pages * mmap.PAGESIZE - len(chunk)
                room[begin : begin + len(chunk)] = chunk
                view = memoryview(room)[begin : begin + len(chunk)]
                for reduction, row in rows:
                    for which, result in enumerate(reduction.chunk(view, encoding)):
                        equal(result, row[which][frame], f"{encoding}, frame {frame}")
                if frame == 4:
                    refused(lambda: monitored.chunk(chunk, encoding, frame), "monitor")
                else:
                    result = monitored.chunk(chunk, encoding, frame)
                    equal(result[0], expected[0][frame] / monitor[frame], f"{encoding}, frame {frame} by its monitor")
                for cut in (0, 5, 12, 20, len(chunk) // 2, len(chunk) - 1):
                    refused(lambda: plain.chunk(chunk[:cut], encoding))
            refused(lambda: monitored.chunk(chunk, encoding, 6), "monitor")


def several_threads_share_a_reduction():
    values = small_file.frames(50)
    path = small_file.write(FOLDER / "frames.h5", values)
    with Reduction(path, {**small_file.CONFIGURATION, "splitting": "full"}) as reduction, h5py.File(path) as file:
        expected = reduction.run(threads=1)
        chunks = [file["/entry/data/data"].id.read_direct_chunk((frame, 0, 0))[1] for frame in range(50)]

        def work(number):
            if number % 2:
                return all((reduction.run(threads=1 + number % 3)[0] == expected[0]).ravel())
            return all((reduction.chunk(chunk, "bslz4")[0] == expected[0][frame]).all() for frame, chunk in enumerate(chunks))

        assert not numpy.isnan(expected[0]).any(), "NaN would not compare"
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            assert all(pool.map(work, range(24)))


def a_reduction_is_closed_behind_the_last_call():
    path = small_file.write(FOLDER / "frames.h5", small_file.frames(400))
    reduction = Reduction(path, {**small_file.CONFIGURATION, "splitting": "full"})
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        running = [pool.submit(reduction.run, threads=1) for _ in range(3)]
        while reduction._calls == 0 and not running[0].done():
            time.sleep(0.0001)
        reduction.close()
        for each in running:
            # Those that came too late are refused; whoever had begun has all of its frames.
            if each.exception():
                assert "closed" in str(each.exception()), each.exception()
            else:
                assert not each.result()[2].any()
    refused(lambda: reduction.radial, "closed")


def a_forked_process_uses_it_too():
    path = small_file.write(FOLDER / "frames.h5", small_file.frames(40))
    reduction = Reduction(path, small_file.CONFIGURATION)
    expected = reduction.run(threads=2)[0]
    child = os.fork()
    if child == 0:
        same = numpy.array_equal(reduction.run(threads=2)[0], expected, equal_nan=True)
        same = same and numpy.array_equal(Reduction(path, small_file.CONFIGURATION).run()[0], expected, equal_nan=True)
        os._exit(0 if same else 1)
    # A child that hangs must not hang the test.
    limit = time.monotonic() + 60
    while (ended := os.waitpid(child, os.WNOHANG))[0] == 0:
        if time.monotonic() > limit:
            os.kill(child, 9)
            os.waitpid(child, 0)
            raise AssertionError("the forked process hangs")
        time.sleep(0.01)
    assert os.waitstatus_to_exitcode(ended[1]) == 0, ended
    equal(reduction.run()[0], expected, "intensity afterwards")


def _in_a_new_process(code, *arguments, environment={}):
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", "import sys\n" + code, *map(str, arguments)],
        capture_output=True, text=True, timeout=100, env={**os.environ, **environment},
    )
    assert done.returncode == 0, f"status {done.returncode}: {done.stderr}"
    assert done.stderr == "", done.stderr
    return done.stdout


def h5py_lives_beside_it_in_any_order():
    path = small_file.write(FOLDER / "frames.h5", small_file.frames(20))
    ours = "from faisceau_reduction import Reduction\n"
    theirs = "import h5py, hdf5plugin\n"
    use_ours = "r = Reduction(sys.argv[1], sys.argv[2]); total = float(r.run()[0][:, 10:20].sum())\n"
    use_theirs = "f = h5py.File(sys.argv[1]); d = f['/entry/data/data']; counts = int(d[:].sum()); d.id.read_direct_chunk((3, 0, 0))\n"
    # Left open, and written to without being closed: h5py's own end must still come to pass.
    writes = "w = h5py.File(sys.argv[3], 'w'); w['x'] = [1, 2, 3]\n"
    orders = [
        theirs + ours + use_theirs + use_ours + writes, theirs + use_theirs + writes + ours + use_ours + use_theirs,
        ours + use_ours + theirs + use_theirs + writes + use_ours, ours + theirs + writes + use_ours + use_theirs,
    ]
    answers = set()
    for number, order in enumerate(orders):
        written = FOLDER / f"written{number}.h5"
        answers.add(_in_a_new_process(order + "print(total, counts)", path, json.dumps(small_file.CONFIGURATION), written))
        with h5py.File(written) as file:
            assert file["x"][:].tolist() == [1, 2, 3]
    assert len(answers) == 1, answers


def a_process_ends_quietly_with_open_reductions():
    path = small_file.write(FOLDER / "frames.h5", small_file.frames(20))
    begin = "from faisceau_reduction import Reduction\nkept = [Reduction(sys.argv[1], sys.argv[2]) for _ in range(3)]\n"
    ends = [
        "kept[0].run()",
        "kept[0].run(); import atexit; atexit.register(lambda: kept[1].run())",
        "kept[0].kept = kept[0]; kept[0].run()",
        # A daemon thread that is in the library when the process ends.
        "import threading, time\n"
        "def for_ever():\n    while True: kept[0].run()\n"
        "threading.Thread(target=for_ever, daemon=True).start(); time.sleep(0.3)",
    ]
    for end in ends:
        _in_a_new_process(begin + end, path, json.dumps(small_file.CONFIGURATION))


# The same libhdf5 as the library's, by whatever name the system has it.
_HDF5 = """
import ctypes
from faisceau_reduction import Reduction, ReductionError, _Library
_Library.find()
files = {line.split()[-1] for line in open("/proc/self/maps") if "libhdf5" in line}
assert len(files) == 1, files
hdf5 = ctypes.CDLL(files.pop())
"""


def the_process_is_left_as_it_was():
    code = """
import signal
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
handlers = [signal.getsignal(number) for number in signal.valid_signals()]
hdf5.H5Eget_auto2.argtypes = [ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p]
def printer(stack=0):
    function, data = ctypes.c_void_p(), ctypes.c_void_p()
    assert hdf5.H5Eget_auto2(stack, ctypes.byref(function), ctypes.byref(data)) >= 0
    return function.value, data.value
before = printer()
assert before[0]
with Reduction(sys.argv[1], sys.argv[2]) as reduction:
    reduction.run()
try:
    Reduction(sys.argv[1], "frames: {dataset: /nothing}")
    raise AssertionError("opened")
except ReductionError:
    pass
assert printer() == before
assert libc.getenv(b"HDF5_USE_FILE_LOCKING") is None
assert handlers == [signal.getsignal(number) for number in signal.valid_signals()]
print("as it was")
"""
    path = small_file.write(FOLDER / "frames.h5", small_file.frames(20))
    os.environ.pop("HDF5_USE_FILE_LOCKING", None)
    assert _in_a_new_process(_HDF5 + code, path, json.dumps(small_file.CONFIGURATION)) == "as it was\n"


def files_that_others_left_open_are_written_at_the_end():
    code = """
reduction = Reduction(sys.argv[1], sys.argv[2])
reduction.run()
hdf5.H5Fcreate.argtypes = [ctypes.c_char_p, ctypes.c_uint, ctypes.c_int64, ctypes.c_int64]
hdf5.H5Gcreate2.argtypes = [ctypes.c_int64, ctypes.c_char_p] + [ctypes.c_int64] * 3
hdf5.H5Fcreate.restype = hdf5.H5Gcreate2.restype = ctypes.c_int64
left = hdf5.H5Fcreate(sys.argv[3].encode(), 2, 0, 0)
assert left > 0 and hdf5.H5Gcreate2(left, b"/written", 0, 0, 0) > 0
"""
    path = small_file.write(FOLDER / "frames.h5", small_file.frames(20))
    left = FOLDER / "left.h5"
    _in_a_new_process(_HDF5 + code, path, json.dumps(small_file.CONFIGURATION), left)
    with h5py.File(left) as file:
        assert list(file) == ["written"]


def a_locked_file_is_refused_with_its_remedy():
    path = small_file.write(FOLDER / "frames.h5", small_file.frames(3))
    code = """
import h5py
from faisceau_reduction import Reduction
writing = h5py.File(sys.argv[1], "a", locking=True)
print(Reduction(sys.argv[1], sys.argv[2]).frame_count)
"""
    arguments = path, json.dumps(small_file.CONFIGURATION)
    refused = subprocess.run(
        [sys.executable, "-c", "import sys\n" + code, *arguments], capture_output=True, text=True,
        env={**os.environ, "HDF5_USE_FILE_LOCKING": "TRUE"},
    )
    assert refused.returncode == 1 and "set HDF5_USE_FILE_LOCKING=FALSE" in refused.stderr, refused
    code = code.replace("locking=True", "locking=False")
    assert _in_a_new_process(code, *arguments, environment={"HDF5_USE_FILE_LOCKING": "FALSE"}) == "3\n"


def a_process_without_threads_is_told_so():
    path = small_file.write(FOLDER / "frames.h5", small_file.frames(40))
    code = """
import os, resource
from faisceau_reduction import Reduction, ReductionError
reduction = Reduction(sys.argv[1], sys.argv[2])
# The limit does not hold for root.
if os.getuid() == 0:
    os.setuid(65534)
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
try:
    reduction.run(threads=2)
except ReductionError as error:
    print(error)
"""
    assert "no thread" in _in_a_new_process(code, path, json.dumps(small_file.CONFIGURATION))


def c_callers_mistakes_are_answers():
    path = small_file.write(FOLDER / "größe Å ☃ 𝄞.h5", small_file.frames(2))
    library = faisceau_reduction._Library.find()
    room, none = ctypes.create_string_buffer(b"\x7f" * 600, 600), None
    # Cut at every length: whole letters, a zero at the end, nothing behind it.
    assert not library.open(str(path).encode() + b"x", none, room, 600)
    whole = room.value.decode()
    assert "größe Å ☃ 𝄞.h5x" in whole
    for length in range(1, len(whole.encode()) + 2):
        ctypes.memset(room, 0x7F, 600)
        assert not library.open(str(path).encode() + b"x", none, room, length)
        assert whole.startswith(room.value.decode("utf-8", "strict")) and len(room.value) > length - 5, length
        assert room.raw[length:] == b"\x7f" * (600 - length), length
    for error, size in ((none, 0), (none, 100), (room, 0)):
        assert not library.open(none, none, error, size)
        assert library.run(none, 0, 1, 0, none, none, none, error, size) == -1
        assert library.chunk(none, none, 0, none, 0, none, none, error, size) == -1
    library.close(none)
    for count in (library.frame_count, library.bin_count, library.radial_count, library.azimuthal_count):
        assert count(none) == -1
    library.frame_sides(none, none, none)
    library.radial(none, none)
    library.azimuthal(none, none)
    assert library.pixel_type(none, none, 0) == -1 and library.radial_unit(none, room, 600) == -1 and room.value == b""

    handle = library.open(os.fsencode(path), json.dumps(small_file.CONFIGURATION, indent=1).encode(), room, 600)
    assert handle and room.value == b""
    library.frame_sides(handle, none, none)
    library.radial(handle, none)
    library.azimuthal(handle, none)
    assert library.pixel_type(handle, none, 0) == 6
    assert library.pixel_type(handle, room, 4) == 6 and room.value == b"uin"
    rows = (ctypes.c_double * 100)(*[7.0] * 100)
    most = 2**63 - 1
    for first, count, threads in (
        (0, -1, 0), (-1, 1, 0), (-(2**63), 1, 0), (0, most, 0), (most, most, 0), (1, most // 8, 0), (3, 0, 0), (0, 1, -1),
        (0, 1, 2**31 - 1),
    ):
        assert library.run(handle, first, count, threads, rows, none, none, room, 600) == -1, (first, count, threads)
        assert room.value and list(rows) == [7.0] * 100
    assert library.run(handle, 0, 1, 0, none, none, none, room, 600) == -1 and b"NULL" in room.value
    assert library.run(handle, 0, 0, 0, none, none, none, room, 600) == 0 and room.value == b""
    assert library.run(handle, 0, 1, 0, rows, none, none, none, 0) == 1
    assert list(rows)[50:] == [7.0] * 50 and rows[20] != 7.0
    assert library.chunk(handle, none, 10, b"none", 0, rows, none, room, 600) == -1 and b"NULL" in room.value
    assert library.chunk(handle, none, 0, none, 0, rows, none, room, 600) == -1 and b"encoding" in room.value
    assert library.chunk(handle, none, 2**64 - 1, b"bslz4", 0, rows, none, room, 600) == -1
    assert library.chunk(handle, none, 0, b"bslz4", 0, rows, none, room, 600) == 2 and room.value
    assert numpy.isnan(list(rows)[:50]).all()
    library.close(handle)


def it_is_a_program_too():
    values = small_file.frames(4)
    path = small_file.write(FOLDER / "frames.h5", values, missing=[1])
    program = [sys.executable, faisceau_reduction.__file__, path, json.dumps(small_file.CONFIGURATION)]
    with Reduction(path, small_file.CONFIGURATION) as reduction:
        radial, (intensity, sigma, status) = reduction.radial, reduction.run()
    saved = FOLDER / "curves.npz"
    assert subprocess.run([*program, "--save", saved]).returncode == 3
    with numpy.load(saved) as arrays:
        assert sorted(arrays) == ["first", "intensity", "radial", "radial_unit", "sigma", "status"]
        equal(arrays["intensity"], intensity, "intensity")
        equal(arrays["sigma"], sigma, "sigma")
        assert (arrays["status"] == status).all() and str(arrays["radial_unit"]) == "q_nm^-1"
    printed = subprocess.run([*program, "--first", "2", "--count", "1", "--threads", "1"], capture_output=True, text=True)
    assert printed.returncode == 0, printed.stderr
    assert "# frame 2: reduced" in printed.stdout
    equal(numpy.loadtxt(printed.stdout.splitlines()), numpy.stack([radial, intensity[2], sigma[2]], axis=1), "the text")
    wrong = subprocess.run([*program[:-1], "bins: {unit: furlong}"], capture_output=True, text=True)
    assert wrong.returncode == 2 and "furlong" in wrong.stderr and "Traceback" not in wrong.stderr


CHECKS = {name: check for name, check in globals().items() if callable(check) and getattr(check, "__module__", "") == "__main__"}

if __name__ == "__main__":
    import h5py

    import faisceau_reduction
    import small_file
    from faisceau_reduction import Reduction

    CHECKS[sys.argv[1]]()
