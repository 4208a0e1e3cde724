"""What each template is given: a frozen value that says exactly what is printed, every text written out."""
