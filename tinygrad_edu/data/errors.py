"""The two ways in which getting data can fail: the bytes are wrong, or they cannot be fetched."""


class DataError(ValueError):
    """A file or folder does not contain what it should. One line: which file, where in it, what was expected."""


class DownloadError(OSError):
    """Files could not be fetched from any mirror. One line: which mirror failed and why, and what to do instead."""
