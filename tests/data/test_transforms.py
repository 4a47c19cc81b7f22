import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.data import transforms as T
from tinygrad_edu.data.warp import CHUNK, interpolated
from tinygrad_edu.random import manual_seed

RANDOM = [
    T.RandomCrop(9, padding=2),
    T.RandomAffine(20, (0.1, 0.2), (0.8, 1.2), 10),
    T.ElasticDistortion(),
    T.ElasticDistortion(5, 1),
    T.RandomErasing(1.0),
    T.Compose([T.RandomAffine(20), T.ElasticDistortion(), T.RandomErasing()]),
]
STILL = [T.RandomAffine(0), T.ElasticDistortion(0), T.RandomErasing(0), T.RandomCrop(9), T.Compose([])]


def seeded(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture
def x(rng):
    return rng.random((12, 2, 9, 9)).astype(np.float32)


@pytest.mark.parametrize("transform", [*RANDOM, *STILL, T.Normalize(0.1, 2), T.ToFloat(2)], ids=str)
def test_a_batch_in_a_batch_out(transform, x):
    kept = x.copy()
    y = transform(x, seeded())
    assert (y.dtype, y.shape) == (np.float32, x.shape)
    np.testing.assert_array_equal(x, kept)
    np.testing.assert_array_equal(y, transform(x, seeded()))
    np.testing.assert_array_equal(y[:, 0], transform(x[:, 0], seeded()))
    manual_seed(3)
    np.testing.assert_array_equal(transform(x, seeded(3)), transform(x))
    assert transform(x[:0], seeded()).shape == (0, 2, 9, 9)
    if str(transform) != str(T.Compose([])):
        assert transform(x.astype(np.float64), seeded()).dtype == np.float32


@pytest.mark.parametrize("transform", RANDOM, ids=str)
def test_every_image_is_changed_in_its_own_way_and_all_its_channels_alike(transform, x):
    x[:] = x[0, 0]
    y = transform(x, seeded())
    np.testing.assert_array_equal(y[:, 0], y[:, 1])
    assert len({image.tobytes() for image in y[:, 0]}) > 6
    assert not np.array_equal(y, transform(x, seeded(1)))


@pytest.mark.parametrize("transform", STILL, ids=str)
def test_nothing_to_do_changes_nothing(transform, x):
    np.testing.assert_allclose(transform(x, seeded()), x, atol=1e-6)


def test_scaling(x):
    np.testing.assert_array_equal(T.ToFloat()(np.array([[[0, 51, 255]]], np.uint8)), np.float32([[[0, 0.2, 1]]]))
    np.testing.assert_allclose(T.Normalize(0.5, 0.25)(x), (x - 0.5) / 0.25, rtol=1e-5)
    by_channel = T.Normalize([0.5, 0.1], [1, 2])(x)
    np.testing.assert_allclose(by_channel[:, 1], (x[:, 1] - 0.1) / 2, rtol=1e-5)


def test_crops_are_windows(x):
    y = T.RandomCrop((4, 6), padding=1, fill=7)(x, seeded())
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=7)
    places = [
        (i, j)
        for image, crop in zip(padded, y, strict=True)
        for i in range(8)
        for j in range(6)
        if np.array_equal(image[:, i : i + 4, j : j + 6], crop)
    ]
    assert len(places) == len(x)
    assert len(set(places)) > 5


def test_erasing_takes_one_rectangle():
    y = T.RandomErasing(0.5, scale=(0.1, 0.3), value=-1)(np.ones((400, 1, 20, 30), np.float32), seeded())
    shares = []
    for (image,) in y:
        gone = image == -1
        rows, columns = gone.any(1), gone.any(0)
        np.testing.assert_array_equal(gone, rows[:, None] & columns)
        assert np.diff(np.flatnonzero(rows)).tolist() == [1] * max(rows.sum() - 1, 0)
        shares.append(gone.mean())
    assert 150 < np.count_nonzero(shares) < 250
    assert 0.08 < min(share for share in shares if share) < max(shares) < 0.33


def test_a_quarter_turn_is_clockwise(x):
    np.testing.assert_allclose(T.RandomAffine((90, 90))(x), np.rot90(x, -1, (2, 3)), atol=1e-5)


def test_a_shift_a_scale_and_a_shear(x):
    dots = np.zeros((300, 1, 21, 21), np.float32)
    dots[:, :, 10, 10] = 1
    shifted = T.RandomAffine(0, translate=(0.2, 0.1))(dots, seeded())[:, 0]
    down, right = (np.tensordot(shifted.sum(2 - axis), np.arange(21.0), 1) - 10 for axis in (0, 1))
    for moved, most in ((down, 2.1), (right, 4.2)):
        assert 0.9 * most < abs(moved).max() <= most + 1e-4
        assert abs(moved.mean()) < 0.2 * most
    x[:, :, :, 4], x[:, :, :, :4], x[:, :, :, 5:] = 1, 0, 0  # an upright line
    leaning = T.RandomAffine(0, shear=(45, 45))(x)
    np.testing.assert_allclose(leaning[0, 0], np.eye(9)[::-1], atol=1e-5)
    thick = T.RandomAffine(0, scale=(2, 2))(x)
    np.testing.assert_allclose(thick[0, 0, 4], [0, 0, 0, 0.5, 1, 0.5, 0, 0, 0], atol=1e-5)


@given(seed=st.integers(0, 99), h=st.integers(1, 6), w=st.integers(1, 6))
def test_interpolation_is_the_sum_over_pixels_of_two_hats(seed, h, w):
    rng = seeded(seed)
    x = rng.random((2, 1, h, w), dtype=np.float32)
    r, c = (rng.uniform(-3, size + 3, (2, 4, 5)).astype(np.float32) for size in (h, w))
    hat = lambda place, size: np.maximum(0, 1 - abs(place[..., None] - np.arange(size)))  # noqa: E731
    expected = np.einsum("nij,nabi,nabj->nab", x[:, 0], hat(r, h), hat(c, w))
    np.testing.assert_allclose(interpolated(x, r, c)[:, 0], expected, atol=1e-5)


def test_the_elastic_field_is_smooth_and_of_the_promised_size():
    for alpha, sigma in ((34, 4), (8, 2)):
        field = T.ElasticDistortion(alpha, sigma).field(4000, 28, 28, seeded())
        assert field.shape == (2, 4000, 28, 28)
        middle = field[:, :, 14, 14]
        assert abs(middle.mean()) < 0.06
        assert middle.std() == pytest.approx(alpha / (6 * sigma), rel=0.06)
        next_to_it = field[:, :, 14, 15]
        correlation = np.mean(middle * next_to_it) / middle.var()
        assert correlation == pytest.approx(np.exp(-1 / (4 * sigma**2)), abs=0.01)  # a Gaussian's with itself


def test_the_short_field_has_the_covariance_of_blurred_noise():
    size, sigma = 12, 2.0
    basis = T.ElasticDistortion(1, sigma)._basis(size)
    place = np.arange(size)
    blur = np.exp(-((place[:, None] - place) ** 2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)
    assert basis.shape[1] < size
    np.testing.assert_allclose(basis @ basis.T, blur @ blur.T, atol=1e-4)


def test_joined_warps_interpolate_once():
    turn, back = T.RandomAffine((30, 30)), T.RandomAffine((-30, -30))
    x = np.zeros((1, 1, 15, 15), np.float32)
    x[..., 5:10, 5:10] = seeded().random((5, 5))
    joined = T.Compose([turn, back])(x)
    np.testing.assert_allclose(joined, x, atol=1e-4)
    assert abs(back(turn(x)) - x).max() > 0.1
    assert len(T.Compose([turn, back, T.Normalize(0, 1), turn])._steps) == 3


def test_affine_parts_are_joined_in_their_order():
    x = seeded().random((2, 1, 15, 15), dtype=np.float32)
    turn, lean = T.RandomAffine((90, 90)), T.RandomAffine(0, shear=(45, 45))
    np.testing.assert_allclose(T.Compose([turn, lean])(x), lean(turn(x)), atol=1e-4)


def test_more_images_than_are_done_at_a_time():
    x = np.tile(seeded().random((1, 1, 9, 9), np.float32), (2 * CHUNK + 5, 1, 1, 1))
    y = T.RandomAffine((90, 90))(x)
    np.testing.assert_allclose(y, np.rot90(x, -1, (2, 3)), atol=1e-5)
    y = T.ElasticDistortion()(x, seeded())
    assert len({image.tobytes() for image in y}) == len(y)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda x: T.RandomAffine(3)(x.astype(np.uint8)), TypeError, r"uint8; put ToFloat\(maximum\)"),
        (lambda x: T.RandomAffine(3)(x.reshape(12, -1)), ValueError, r"scaled\(flat=False\)"),
        (lambda x: T.RandomCrop(30)(x), ValueError, "is larger than the padded images"),
        (lambda x: T.Normalize([0, 0, 0], 1)(x), ValueError, "3 means|could not be broadcast"),
        (lambda x: T.Normalize(0, 0), ValueError, "std must be positive"),
        (lambda x: T.ElasticDistortion(1, 0), ValueError, "sigma must be positive"),
        (lambda x: T.RandomAffine(1, scale=(0, 1)), ValueError, "scale must be positive"),
        (lambda x: T.RandomAffine(1, (-1, 1)), ValueError, "translate"),
        (lambda x: T.Transform()(x), NotImplementedError, "Transform must define apply"),
        (lambda x: T.Warp()(x), NotImplementedError, "Warp must define move"),
    ],
)
def test_bad_arguments(make, error, message, x):
    with pytest.raises(error, match=message):
        make(x)


def test_any_function_can_be_a_part(x):
    y = T.Compose([np.square, T.ToFloat(2)])(x)
    np.testing.assert_allclose(y, x * x / 2, rtol=1e-6)
    (batch,) = next(iter(DataLoader(TensorDataset(x), 4, transform=np.sqrt)))
    np.testing.assert_array_equal(batch, np.sqrt(x[:4]))


def test_a_loader_changes_the_inputs_only_and_epochs_differ(x):
    loader = DataLoader(TensorDataset(x, np.arange(12)), 5, generator=seeded(), transform=T.RandomAffine(45))
    first, second = list(loader), list(loader)
    assert [y.tolist() for _, y in first] == [list(range(5)), list(range(5, 10)), [10, 11]]
    assert not np.array_equal(first[0][0], second[0][0])
    assert not np.array_equal(first[0][0], first[1][0])
    (single,) = list(DataLoader(list(x), 12, transform=T.ToFloat(2)))
    np.testing.assert_array_equal(single, x / 2)


def test_tensors_stay_tensors(x):
    tensor = pytest.importorskip("tinygrad_edu.tensor")
    batch, _ = next(iter(DataLoader(TensorDataset(tensor.Tensor(x), np.arange(12)), 4, transform=T.RandomAffine(45))))
    assert isinstance(batch, tensor.Tensor)
    assert (batch.shape, batch.array.dtype) == ((4, 2, 9, 9), np.float32)
