"""How numbers, dates and other people's texts are written for a reader, on a page and on a terminal."""
