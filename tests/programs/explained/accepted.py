"""What one library computes and the other refuses; and the dtypes of results."""

from .entry import Explained

ACCEPTED = [
    Explained(
        "PyTorch has no CPU kernel for this dtype; NumPy computes it",
        nature="torch refuses",
        detail="not implemented for|not supported for|does not support|not currently supported",
    ),
    Explained(
        "booleans count as 0 and 1 in arithmetic, as in NumPy; PyTorch refuses",
        nature="torch refuses",
        detail="with (a|two) bool tensors? is not supported|on a bool tensor is not supported",
    ),
    Explained(
        "a number is allowed where PyTorch's function demands a tensor, as in maximum(t, 0)",
        nature="torch refuses",
        detail=r"argument 'other' \(position \d\) must be Tensor|cl(am|i)p\(\) received an invalid combination",
    ),
    Explained(
        "tensors of several dtypes are compared, interpolated between, measured",
        op="^(isclose|lerp|addcdiv|addcmul|dist|cross)$",
        nature="torch refuses",
        detail="did not match|but got dtype|can't be cast|expected scalar type",
    ),
    Explained(
        "a product of integers and floats is computed in floats; PyTorch refuses all but one dtype",
        op="product|matmul|mm|bmm|mv|addr|dot|inner|linear",
        nature="torch refuses|dtype",
        detail="(same|expected|not support) dtype|dtypes must be the same|PyTorch int(64|8), ours",
    ),
    Explained(
        "two floating dtypes in one product are an error, of empty tensors too",
        op="mm|mv|product",
        nature="ours refuses",
        detail="expected one floating dtype",
    ),
    Explained(
        "a sum with a product has the dtype of any sum; PyTorch's of booleans is boolean, and 0-d tensors decide, too",
        op="^b?addb?mm$|^addmv$|^addr$",
        nature="torch refuses|dtype",
        detail="desired output type Bool|PyTorch bool, ours u?int|PyTorch int32, ours int64|PyTorch float64, ours",
    ),
    Explained(
        "heaviside has the derivative 0, passes nan on and takes numbers and several dtypes, as other steps do",
        nature="torch refuses|value",
        detail=r"heaviside is not implemented|argument 'values'|different dtypes|ours .*nan",
        program="heaviside",
    ),
    Explained(
        "a // b and a % b have derivatives wherever they are differentiable; PyTorch refuses some",
        nature="torch refuses the gradient",
        detail="derivative for aten::(floor_divide|remainder) is not implemented",
    ),
    Explained(
        "linspace makes numbers; PyTorch makes booleans of one step",
        op="make",
        nature="ours refuses",
        detail="linspace: expected a dtype of numbers",
    ),
    Explained(
        "prod takes several dims, as sum does",
        op="^prod$",
        nature="torch refuses",
        detail="must be int, not tuple|invalid combination of arguments - got .*tuple|argument 'dim'",
    ),
    Explained(
        'norm(x, "fro") takes the elements of any number of dims, as it does without dims',
        op="^norm$",
        nature="torch refuses",
        detail="must be a 2-tuple",
    ),
    Explained(
        "the norm of no numbers is 0, or infinite for a negative p",
        op="^norm$",
        nature="torch refuses",
        detail="does not have an identity",
    ),
    Explained(
        "the value of masked_fill may be a tensor that broadcasts",
        op="masked_fill",
        nature="torch refuses",
        detail="only supports a 0-dimensional value tensor",
    ),
    Explained(
        "copy_ and clamp broadcast as an assignment does",
        op="copy_|clamp",
        nature="torch refuses",
        detail="match the broadcast shape",
    ),
    Explained(
        "a condition must be of booleans; PyTorch still takes uint8, and says that it will not",
        op="where",
        nature="ours refuses",
        detail="expected a condition of booleans",
        program="uint8",
    ),
    Explained(
        "a value that requires a gradient is cast to integers or booleans on demand; PyTorch sometimes refuses",
        op="masked_fill|prod|sum|mean|setitem|select|slice_scatter",
        nature="torch refuses",
        detail="Autograd not support dtype|source and destination dtypes match",
    ),
    Explained(
        "a number that the dtype cannot hold is an error; PyTorch wraps it around",
        nature="ours refuses",
        detail="does not fit into|out of bounds for",
    ),
    Explained(
        "bytes held above -1 stay what they are; PyTorch makes 255 of the bound",
        op="clamp|clip",
        nature="value|torch refuses",
        detail="PyTorch .*255|without overflow",
        program="uint8|int8",
    ),
    Explained(
        "of a number beyond the range of an integer dtype nothing is promised, in C, NumPy or PyTorch",
        op="^to$|setitem|copy_|nansum|sum",
        nature="value",
        program=r"dtype=torch\.u?int|to\(torch\.u?int|\.(long|int)\(\)|copy_|\] = ",
    ),
    Explained(
        "integers to a negative power are an error; PyTorch gives 0 if the power is a tensor, and refuses a number",
        op=r"^(pow|\*\*=?)$",
        nature="refuses",
        detail="Integers to negative integer powers",
    ),
    Explained(
        "powers of booleans are int8, as in NumPy",
        op=r"square|pow|\*\*",
        nature="dtype|ours refuses",
        detail="PyTorch (int64|bool), ours int8|the result is int8, which the tensor's bool cannot hold",
    ),
    Explained(
        "einsum keeps the dtype of integers; PyTorch gives int64 in equations that need no product",
        op="einsum",
        nature="dtype",
        detail="PyTorch int64",
    ),
    Explained(
        "softmax of an empty tensor of integers is float32, as that of any other; PyTorch keeps the dtype",
        op="softmax",
        nature="dtype",
        program=r"shape=\((\d+, )*0,?|\((\d+, )*0[,)]|\[\]",
    ),
    Explained(
        "clamp of a boolean by a number and a tensor has the tensor's dtype; PyTorch's has float32",
        op="^clamp$",
        nature="dtype",
        detail="PyTorch float32, ours float16",
    ),
    Explained(
        "derivatives that are computed from the output; PyTorch computes it once more from the input",
        nature="ours refuses the gradient",
        detail=r"output .* of (erfinv|log_ndtr|bessel_ie) was overwritten",
    ),
    Explained("an error inside PyTorch", nature="torch refuses", detail="INTERNAL ASSERT FAILED"),
]
