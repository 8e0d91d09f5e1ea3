"""The command line: the same rooms as the pages, no screen needed."""
