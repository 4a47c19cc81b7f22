import numpy as np
import pytest
from digit_files import csv_bytes, random_pair
from hypothesis import given, settings
from hypothesis import strategies as st

from tinygrad_edu.data import DataError, kaggle, read_csv
from tinygrad_edu.data.kaggle import COLUMNS, GRID_COLUMNS, parse_cells, parse_fast

IMAGES, LABELS = random_pair(np.random.default_rng(1), 6)
VALID = csv_bytes(IMAGES, LABELS)
LINES = VALID.split(b"\n")[:-1]
ROWS = VALID[len(LINES[0]) + 1 :]


def with_cell(line, column, cell):
    """The valid file with one cell (both from 1) replaced."""
    lines = list(LINES)
    cells = lines[line - 1].split(b",")
    cells[column - 1] = cell
    lines[line - 1] = b",".join(cells)
    return b"\n".join(lines) + b"\n"


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "train.csv"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    "content",
    [
        VALID,
        VALID.removesuffix(b"\n"),
        VALID.replace(b"\n", b"\r\n"),
        VALID.replace(b"\n", b"\r\n").removesuffix(b"\n"),
        VALID + b"\n\n  \n",
        b"\xef\xbb\xbf" + VALID,
        csv_bytes(IMAGES, LABELS, GRID_COLUMNS),
        csv_bytes(IMAGES, LABELS, [f'"{name}"' for name in COLUMNS]),
        LINES[0] + b"\n" + ROWS.replace(b",", b" , "),
        with_cell(3, 5, b"00%d" % IMAGES[1, 0, 3]),
    ],
    ids=["plain", "no-newline", "crlf", "crlf-no-newline", "blank-end", "bom", "grid", "quoted", "spaces", "zeros"],
)
def test_the_layouts_people_have_are_read(write, content):
    images, labels = read_csv(write(content))
    assert images.flags.c_contiguous
    np.testing.assert_array_equal(images, IMAGES, strict=True)
    np.testing.assert_array_equal(labels, LABELS, strict=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "train.csv is empty"),
        (LINES[0], "a header but no rows"),
        (LINES[0] + b"\n\n\n", "a header but no rows"),
        (ROWS, "line 1 holds numbers, where the header"),
        (b"\n".join(line.partition(b",")[2] for line in LINES), "no labels: this looks like Kaggle's test.csv"),
        (b"ImageId,Label\n1,2\n", "line 1 has 2 columns, where the 785 of"),
        (b"hello\n", "line 1 has 1 column, where"),
        (with_cell(1, 3, b"pixel7"), "line 1, column 3: 'pixel1' expected, 'pixel7' found"),
        (with_cell(1, 1, b"digit"), "line 1, column 1: 'label' expected, 'digit' found"),
        (LINES[0].partition(b",")[2] + b",x\n" + ROWS, "line 1, column 1: 'label' expected, 'pixel0' found"),
        (b"\xff\xfel\0a\0b\0", "line 1, column 1: there is a NUL byte"),
        (with_cell(3, 10, b""), r"line 3, column 10 \(pixel8\): the cell is empty"),
        (with_cell(3, 785, b""), r"line 3, column 785 \(pixel783\): the cell is empty"),
        (with_cell(7, 785, b" "), r"line 7, column 785 \(pixel783\): the cell is empty"),
        (with_cell(4, 2, b"abc"), r"line 4, column 2 \(pixel0\): 'abc' is not a number"),
        (with_cell(4, 2, b"nan"), "'nan' is not a number"),
        (with_cell(4, 2, b"1e999"), "'1e999' is not a number"),
        (with_cell(4, 2, b'"7"'), "is not a number"),
        (with_cell(4, 2, b"x" * 99), "'x{20}...' is not a number"),
        (with_cell(4, 2, b"12.5"), "'12.5' is not written as a whole number"),
        (with_cell(4, 2, b"12.0"), "'12.0' is not written as a whole number"),
        (with_cell(4, 2, b"1e2"), "'1e2' is not written as a whole number"),
        (with_cell(4, 2, b"1_0"), "'1_0' is not written as a whole number"),
        (with_cell(4, 2, b"+5"), "'\\+5' is not written as a whole number"),
        (with_cell(4, 2, "٣".encode()), "'٣' is not written as a whole number"),
        (with_cell(5, 3, b"256"), r"line 5, column 3 \(pixel1\): '256' is outside 0 to 255"),
        (with_cell(5, 3, b"999"), "'999' is outside"),
        (with_cell(5, 3, b"-1"), "'-1' is outside 0 to 255"),
        (with_cell(5, 3, b"9" * 5000), r"'9{20}\.\.\.' is outside 0 to 255"),
        (with_cell(6, 1, b"10"), r"line 6, column 1 \(label\): '10' is outside 0 to 9"),
        (with_cell(6, 3, b"1\0"), "line 6, column 3: there is a NUL byte"),
        (with_cell(6, 3, b"1\xff"), "line 6, column 3: the byte 0xff is not UTF-8"),
        (with_cell(2, 9, b"1,1"), "line 2 has 786 columns, expected 785"),
        (VALID.replace(b"\n" + LINES[4], b"\n" + LINES[4].rpartition(b",")[0]), "line 5 has 784 columns, expected 785"),
        (VALID.replace(b"\n" + LINES[4], b"\n\n" + LINES[4]), "line 5 is empty: 785 columns expected"),
        (VALID.replace(b"\n", b"\r"), "is CSV|columns, where the 785"),
        (VALID[:-1] + b",", "line 7 has 786 columns, expected 785"),
    ],
)
def test_bad_content_names_file_line_and_column(write, content, message):
    with pytest.raises(DataError, match=message) as caught:
        read_csv(write(content))
    assert "train.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_such_file_and_a_folder(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        read_csv(tmp_path / "no.csv")
    with pytest.raises(DataError, match="is a folder, not a CSV file"):
        read_csv(tmp_path)


@pytest.mark.parametrize("size", [1, 2000, 2500, 10_000])
def test_lines_are_counted_across_blocks(write, monkeypatch, size):
    monkeypatch.setattr(kaggle, "BLOCK", size)
    np.testing.assert_array_equal(read_csv(write(VALID))[0], IMAGES)
    with pytest.raises(DataError, match="line 7, column 4 "):
        read_csv(write(with_cell(7, 4, b"?")))
    for line in range(2, 8):
        blank = b"\n".join([*LINES[: line - 1], b"", *LINES[line - 1 :]])
        with pytest.raises(DataError, match=f"line {line} is empty"):
            read_csv(write(blank))


def test_the_fast_way_and_the_slow_way_agree(tmp_path):
    fast = parse_fast(ROWS)
    assert fast is not None
    np.testing.assert_array_equal(fast, parse_cells(ROWS, tmp_path, 2), strict=True)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_changed_byte_is_read_or_refused_in_the_same_way_by_both(scratch, data):
    block = bytearray(b"\n".join(LINES[1:3]) + b"\n")
    place = data.draw(st.integers(0, len(block) - 2))
    block[place] = data.draw(st.sampled_from(b"0123456789,\n\r -.\0\xffx") | st.integers(0, 255))
    fast = parse_fast(bytes(block))
    try:
        slow = parse_cells(bytes(block), scratch, 2)
    except DataError:
        assert fast is None
    else:
        assert fast is None or np.array_equal(fast, slow)
        assert slow.max() <= 255
        assert slow[:, 0].max() <= 9


@settings(max_examples=100, deadline=None)
@given(stop=st.integers(0, len(VALID) - 1), junk=st.binary(max_size=5))
def test_a_truncated_file_gives_whole_rows_or_an_error(scratch, stop, junk):
    path = scratch / "truncated.csv"
    path.write_bytes(VALID[:stop] + junk)
    try:
        images, labels = read_csv(path)
    except DataError:
        pass
    else:  # only the last cell can have lost digits, or gained them
        n = len(images)
        np.testing.assert_array_equal(labels, LABELS[:n])
        np.testing.assert_array_equal(images.reshape(n, -1)[:, :-1], IMAGES[:n].reshape(n, -1)[:, :-1])


@pytest.mark.slow
def test_all_42000_rows(write, rng):
    images, labels = random_pair(rng, 42_000)
    read_images, read_labels = read_csv(write(csv_bytes(images, labels)))
    np.testing.assert_array_equal(read_images, images, strict=True)
    np.testing.assert_array_equal(read_labels, labels, strict=True)
