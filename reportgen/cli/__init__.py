"""The command line: flags in, one library call, exit code out."""
