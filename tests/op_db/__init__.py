"""PyTorch's own database of operators, with its sample inputs, run through this library.

python -m tests.op_db             a table of what agrees, disagrees and is absent
python -m tests.op_db linalg svd  only the entries whose names contain one of these words, with details
"""
