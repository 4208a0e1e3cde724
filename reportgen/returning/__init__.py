"""When customers order again: from order to order, by segment, by month of the first order, by first product."""
