import gzip
import os
import struct
from contextlib import suppress

import numpy as np
import pytest
from digit_files import idx_bytes
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tinygrad_edu.data import DataError, read_csv, read_idx

ARRAY = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
PLAIN = idx_bytes(ARRAY)
ZIPPED = gzip.compress(PLAIN, mtime=0)
quick = settings(max_examples=150, deadline=None)


def header(*shape, kind=8, ndim=None):
    return bytes([0, 0, kind, len(shape) if ndim is None else ndim]) + struct.pack(f">{len(shape)}I", *shape)


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "some-file"
        path.write_bytes(content)
        return path

    return write


@quick
@given(array=npst.arrays(np.uint8, npst.array_shapes(max_dims=4, max_side=5)), zipped=st.booleans())
def test_what_was_written_is_read(scratch, array, zipped):
    path = scratch / "array"
    path.write_bytes(gzip.compress(idx_bytes(array)) if zipped else idx_bytes(array))
    read = read_idx(path)
    assert read.dtype == np.uint8
    assert read.flags.writeable
    np.testing.assert_array_equal(read, array, strict=True)


def test_the_name_says_nothing_about_gzip(tmp_path):
    (tmp_path / "plain.gz").write_bytes(PLAIN)
    (tmp_path / "zipped").write_bytes(ZIPPED)
    np.testing.assert_array_equal(read_idx(tmp_path / "plain.gz"), ARRAY)
    np.testing.assert_array_equal(read_idx(str(tmp_path / "zipped")), ARRAY)


@pytest.mark.parametrize("zip_it", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "some-file is empty"),
        (b"\0\0\x08", "cut short: a header of 4 bytes or more expected, 3 found"),
        (PLAIN[:10], "cut short: 16 bytes of header expected, 10 found"),
        (PLAIN[:-1], "cut short: 2 x 3 x 4 = 24 bytes expected after the header, 23 found"),
        (header(5) + b"ab", "cut short: 5 bytes expected after the header, 2 found"),
        (PLAIN[:16], "24 bytes expected after the header, 0 found"),
        (PLAIN + b"!", "bytes left over after the 2 x 3 x 4 = 24 bytes"),
        (b"PK\x03\x04" + PLAIN, "not an IDX file: it starts with the bytes 50 4b 03 04"),
        (header(2, kind=0x0D) + bytes(8), r"element type 0x0d \(float32\)"),
        (header(2, kind=0x07) + bytes(8), r"element type 0x07 \(no type that IDX knows\)"),
        (header() + b"x", "byte 4 says 0 dimensions"),
        (header(*[1] * 65) + b"x", "byte 4 says 65 dimensions"),
        (header(3, 0, 2**32 - 1), "dimension 2 of 3 is 0"),
        (header(2**32 - 1, 2**32 - 1, 2**32 - 1) + bytes(9), "header promises .*, more than"),
    ],
)
def test_bad_content_is_one_line_that_names_the_file(write, zip_it, content, message):
    with pytest.raises(DataError, match=message) as caught:
        read_idx(write(zip_it(content)))
    assert "some-file" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_plain_file_that_promises_two_gigabytes(write):
    with pytest.raises(DataError, match="cut short: 2147483648 bytes expected after the header, 9 found"):
        read_idx(write(header(2**31) + bytes(9)))


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(write):
    body = gzip.compress(header(300, 1000, 1000) + bytes(300_000_000), compresslevel=1)
    path = write(body)
    tracemalloc = pytest.importorskip("tracemalloc")
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"promises .* = 300000000 bytes, more than .* a gzip file of this size"):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
@pytest.mark.parametrize("read", [read_idx, read_csv])
def test_a_fifo_is_refused_at_once(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="pipe is not a regular file"):
        read(tmp_path / "pipe")


def test_absurd_dimensions_allocate_nothing(write):
    tracemalloc = pytest.importorskip("tracemalloc")
    path = write(header(2**31 - 1) + bytes(9))
    tracemalloc.start()
    try:
        with pytest.raises(DataError):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("damaged", [ZIPPED[:5], ZIPPED[:-3], ZIPPED + b"junk", ZIPPED[:-5] + b"\0" + ZIPPED[-4:]])
def test_corrupt_gzip(write, damaged):
    with pytest.raises(
        DataError, match=r"some-file is damaged: its gzip data cannot be unpacked \(.+\); download it again"
    ):
        read_idx(write(damaged))


def test_gzip_that_just_stops_says_how_much_was_there(write, rng):
    zipped = gzip.compress(idx_bytes(rng.integers(0, 256, 300_000, np.uint8)))
    with pytest.raises(DataError, match=r"cut short: 300000 bytes expected after the header, \d{5,6} found"):
        read_idx(write(zipped[: len(zipped) // 2]))


def test_no_such_file_and_a_folder(tmp_path):
    with pytest.raises(DataError, match="nothing does not exist"):
        read_idx(tmp_path / "nothing")
    with pytest.raises(DataError, match="is a folder, not an IDX file"):
        read_idx(tmp_path)


@quick
@given(data=st.data(), zipped=st.booleans())
def test_a_truncated_file_is_never_read(scratch, data, zipped):
    content = ZIPPED if zipped else PLAIN
    path = scratch / "truncated"
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(DataError):
        read_idx(path)


@settings(quick, max_examples=400)
@given(data=st.data(), zipped=st.booleans())
def test_a_flipped_byte_gives_an_error_or_the_right_array(scratch, data, zipped):
    # The elements of a plain file carry no checksum, so there only its header is flipped.
    content = bytearray(ZIPPED if zipped else PLAIN)
    place = data.draw(st.integers(0, len(content) - 1 if zipped else 15))
    content[place] ^= data.draw(st.integers(1, 255))
    path = scratch / "flipped"
    path.write_bytes(content)
    try:
        read = read_idx(path)
    except DataError:
        pass
    else:
        np.testing.assert_array_equal(read, ARRAY, strict=True)


@quick
@given(content=st.binary(max_size=60))
def test_random_bytes_give_a_data_error_or_an_array(scratch, content):
    path = scratch / "random"
    path.write_bytes(content)
    with suppress(DataError):
        read_idx(path)
