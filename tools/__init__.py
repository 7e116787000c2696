"""Tools for developers. Nothing here ships with the product."""
