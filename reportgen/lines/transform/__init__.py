"""What is made of typed order lines: lazy expressions that know no engine, and results as small as the customers."""
