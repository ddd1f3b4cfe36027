"""Word templates of the papers, and the script that first made them."""
