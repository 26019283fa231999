"""Plans in files: saved for a review, and judged again by whoever reads them."""
