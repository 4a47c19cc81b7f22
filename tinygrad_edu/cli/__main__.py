"""`python -m tinygrad_edu.cli` is `tinygrad-edu`."""

from . import main

if __name__ == "__main__":
    main()
