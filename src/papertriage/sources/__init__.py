"""Read papers from the places that publish them."""
