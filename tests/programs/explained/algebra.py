"""Products and factors of matrices."""

from .entry import OUR_NAN, Explained

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
        "a nan that comes back through a factor or a solution reaches all elements; PyTorch's substitution leaves some",
        nature="gradient",
        detail=OUR_NAN,
        program=r"solve|linalg|cholesky|inverse|\bdet\(|logdet|slogdet|matrix_|svd",
    ),
]
