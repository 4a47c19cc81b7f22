"""`python -m tinygrad_edu.cli` is `tinygrad-edu`."""

from tinygrad_edu.cli import main

if __name__ == "__main__":
    main()
