"""Indices, shapes, views, writing in place."""

from .entry import ZERO, Explained

INDEXING = [
    Explained(
        "an index may have any dtype of integers",
        op="gather|index|scatter|take|put",
        nature="torch refuses",
        detail="Expected dtype int(32|64)|dtype of indices should be Long|Expected a long tensor|got:? Byte",
    ),
    Explained(
        "an index is of integers, an empty one too",
        op="gather|index|take|scatter|put",
        nature="ours refuses",
        detail="indices must be integers, got",
    ),
    Explained(
        "an index that is out of range is an error where nothing would be written, too",
        op="index|scatter|put",
        nature="ours refuses",
        detail="index -?[0-9]+ is out of range",
        program=r"shape=\((\d+, )*0|\((\d+, )*0[,)]",
    ),
    Explained(
        "take_along_dim checks its indices; PyTorch takes some other element",
        op="gather",
        nature="ours refuses",
        detail="index -?\\d+ is out of range",
        program="take_along_dim",
    ),
    Explained(
        "a 0-d tensor counts as a vector of one element",
        op="repeat_interleave|index_reduce|index_add|unique|gather",
        nature="torch refuses",
        detail="Dimension out of range|source tensor shape must match|tensor has no dimensions",
    ),
    Explained(
        "a wrong dim is an error for an empty tensor too",
        op="roll|cat|cummax|cummin|diff|sort|logcumsumexp|cumprod|cumsum",
        nature="ours refuses",
        detail="is out of range",
    ),
    Explained(
        "a tensor of shape (0,) is joined to any other, and adds nothing",
        op="diff",
        nature="torch refuses",
        detail="same dimension as input",
    ),
    Explained(
        "t() reverses the dimensions of any tensor, as .T does",
        op="transpose",
        nature="torch refuses",
        detail=r"t\(\) expects a tensor with <= 2 dimensions",
    ),
    Explained(
        "there are no slices to tell apart in a tensor with two sizes of 0; PyTorch refuses to look",
        op="unique",
        nature="torch refuses",
        detail="zero sized dimensions",
    ),
    Explained(
        "nothing may be copied into a 0-d tensor; PyTorch has no gradient for that",
        op="index_",
        nature="torch refuses the gradient",
        detail="Index to scalar can have only 1 value",
    ),
    Explained(
        "a mask of uint8 may be assigned to",
        op="setitem",
        nature="torch refuses",
        detail="only supports boolean masks",
    ),
    Explained(
        "booleans and integers never require a gradient; PyTorch marks those that a value which does was written to",
        op="setitem|_$",
        nature="requires_grad",
        detail="PyTorch True, ours False",
    ),
    Explained(
        "what expand() made is never written to, since its elements share memory; PyTorch allows it of equal numbers",
        op="_$|=$|setitem",
        nature="ours refuses",
        detail=r"as after expand\(\)",
    ),
    Explained(
        "an array that overlaps itself can be written from itself",
        nature="torch refuses",
        detail="refer to a single memory location",
    ),
    Explained(
        "what a write in place changed after it was recorded is kept, and the gradient is right; PyTorch refuses",
        nature="torch refuses the gradient",
        detail="modified by an inplace operation",
    ),
    Explained(
        "what a write in place changed after it was recorded is kept; in kron PyTorch does not notice that write",
        nature="^gradient$",
        detail=r"ours .*\b0\.",
        program=r"kron[\s\S]*_\(",
    ),
    Explained(
        "pieces of split and chunk may be written to in place",
        nature="torch refuses",
        detail="is a view and is being modified inplace|Such functions do not allow the output views to be modified",
    ),
    Explained(
        "einsum returns new memory; PyTorch's may be a view of its one operand",
        op="_$|=$|setitem",
        nature="value|torch refuses",
        program="einsum",
    ),
    Explained(
        "in which order a solution lies in memory, and so whether contiguous() copies it, is not promised",
        op="_$|=$|setitem|reshape",
        nature="value|ours refuses",
        program=r"(solve|linalg)[\s\S]*(contiguous|reshape|flatten|ravel|view)",
    ),
    Explained(
        "a view follows what is written to its tensor; PyTorch takes it for a leaf",
        op="_$",
        nature="torch refuses",
        detail="a leaf Variable that requires grad is being used",
    ),
    Explained(
        "of several values written to one place only the one that stays gets a gradient; PyTorch gives it to all",
        op="setitem",
        nature="^gradient$",
        program=r"\[v\(torch\.int64|\[\[",
    ),
    Explained(
        "PyTorch's select_scatter and slice_scatter of a tensor that overlaps itself write to several places",
        op="^select$|slice_scatter",
        nature="^value$",
        program="as_strided|unfold",
    ),
    Explained(
        "PyTorch's gradient of block_diag is shifted by blocks without elements",
        op="block_diag",
        nature="^gradient$",
        program=r"\(0,\)",
    ),
    Explained(
        "of an element that does not count a tie takes no share; in PyTorch that part of the gradient is lost",
        op="scatter_reduce|index_reduce",
        nature="^gradient$",
        program=r"am(ax|in)\", include_self=False",
    ),
    Explained(
        "the product of the others is multiplied out; PyTorch divides by an element, nan if it is infinite or nan",
        op="scatter_reduce|index_reduce",
        nature="^gradient$",
        detail="PyTorch .*nan",
        program="prod",
    ),
    Explained(
        "what fill replaced gets the gradient 0, however steep it was",
        op="fill",
        nature="^gradient$",
        detail=ZERO,
    ),
]
