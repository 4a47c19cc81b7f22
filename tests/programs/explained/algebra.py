"""Products and factors of matrices."""

from .entry import Explained

ALGEBRA = [
    Explained(
        "of no rows PyTorch's addmv has no dimension; the product of a matrix and a vector is a vector",
        op="addmv",
        nature="shape",
        detail=r"PyTorch \(\), ours \(\d,\)",
    ),
    Explained(
        "chain_matmul takes a vector at either end, as multi_dot does",
        op="chain_matmul",
        nature="torch refuses",
        detail="dimension is 1, expected 2",
    ),
    Explained(
        "in which order a chain of products is multiplied decides between inf and nan",
        op="chain_matmul",
        nature="value|gradient",
        detail="nan|inf",
    ),
    Explained(
        "einsum of no elements is 0; PyTorch multiplies the sum of no elements with what stands beside it",
        op="einsum",
        nature="value|gradient",
        detail=r"PyTorch nan, ours 0",
    ),
    Explained(
        "of a sum of products that is 0 the sign is not promised",
        nature="value|gradient",
        detail="inf|PyTorch 0, ours 1",
        program=r"(matmul|mm\(|einsum|@)[\s\S]*(reciprocal|/|div|rsqrt|atan2)",
    ),
    Explained(
        "a nan or infinity that comes back through a factor or a solution reaches all elements; in PyTorch some escape",
        nature="^gradient$",
        detail="nan|inf",
        program=r"solve|linalg|cholesky|inverse|\bdet\(|logdet|slogdet|matrix_|svd",
    ),
]
