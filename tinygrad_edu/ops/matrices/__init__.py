"""What PyTorch keeps under `linalg`: the rows of `solving.py` and `factors.py`, and what is composed of them.

equations  inverses, systems of equations, determinants, powers
factored   Cholesky, QR, LU
spectral   eigenvalues, singular values, what is made of them
norms      of vectors and matrices; condition, rank
products   of many matrices, of vectors
checks     what is asked of inputs, and which part of a matrix is read
"""
