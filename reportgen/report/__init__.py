"""One report, from order lines to files: knows no archive, no mail, no schedule."""
